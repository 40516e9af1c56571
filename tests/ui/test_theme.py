"""The look: contrast, icons, shapes, and the switch from light to dark."""

import sys

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from ferrule.ui.theme import (
    STATES,
    icon,
    icon_pixmap,
    monogram,
    paint_shape,
    theme,
    tile_pixmap,
)
from ferrule.ui.theme.fonts import ROLES
from ferrule.ui.theme.icons import NAMES, sources
from ferrule.ui.theme.preferences import Preferences
from ferrule.ui.theme.shapes import _DRAW
from ferrule.ui.theme.tiles import tile_colours
from ferrule.ui.theme.tokens import GROUNDS, HIGH, INKS, TOKENS, contrast, mixed
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.label import Label

SCHEMES = ("light", "dark")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_ink_is_legible_on_every_ground(scheme, ground):
    tokens = TOKENS[scheme]
    for ink in INKS:
        assert contrast(tokens[ink], tokens[ground]) >= 4.8, (ink, ground)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_controls_and_filled_buttons_stand_out(scheme):
    tokens = TOKENS[scheme]
    for ground in ("ground", "surface"):
        assert contrast(tokens["control"], tokens[ground]) >= 3
    for ground in ("accent", "accent_hover"):
        assert contrast(tokens["on_accent"], tokens[ground]) >= 4.8
    assert contrast(tokens["on_tip"], tokens["tip"]) >= 4.8


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_letters_of_every_tile_are_legible(qapp, scheme):
    theme.apply(qapp, scheme)
    for seed in map(str, range(40)):
        ground, letters = tile_colours(seed)
        assert contrast(letters.name(), ground.name()) >= 4.8
    theme.apply(qapp, "light")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_with_high_contrast_every_ink_is_seven_to_one(scheme, ground):
    tokens = HIGH[scheme]
    for ink in INKS:
        assert contrast(tokens[ink], tokens[ground]) >= 7, (ink, ground)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_with_high_contrast_borders_and_buttons_are_strong(scheme):
    tokens = HIGH[scheme]
    for ground in ("ground", "surface", "raised", "sunken"):
        for line in ("hairline", "border", "control", "matchbar", "disabled"):
            assert contrast(tokens[line], tokens[ground]) >= 4.5, (line, ground)
        for state in ("success", "warning", "danger", "info", "accent"):
            assert contrast(tokens[f"{state}_edge"], tokens[ground]) >= 4.5
    for ground in ("accent", "accent_hover"):
        assert contrast(tokens["on_accent"], tokens[ground]) >= 7
    assert contrast(tokens["on_tip"], tokens["tip"]) >= 7
    for ink in ("text", "on_accent"):
        assert (
            contrast(tokens[ink], tokens["track" if ink == "text" else "accent"]) >= 7
        )


def test_tiles_are_legible_with_high_contrast(qapp):
    for scheme in SCHEMES:
        theme.apply(qapp, scheme)
        theme.set_contrast("on")
        for seed in map(str, range(60)):
            ground, letters = tile_colours(seed)
            assert contrast(letters.name(), ground.name()) >= 7, (scheme, seed)
    theme.set_contrast("off")
    theme.apply(qapp, "light")


def test_high_contrast_follows_the_desktop_or_the_person(qapp, monkeypatch):
    theme.set_contrast("on")
    assert theme.colour("text").name().upper() == HIGH["light"]["text"]
    theme.set_contrast("system")
    assert not theme.high
    monkeypatch.setattr(theme, "_desktop_contrast", lambda: True)
    asked = qapp.styleHints().accessibility()
    asked.contrastPreferenceChanged.emit(QtCore.Qt.ContrastPreference.HighContrast)
    assert theme.high
    theme.set_contrast("off")
    assert not theme.high


def test_all_schemes_have_the_same_tokens():
    for tokens in (TOKENS["dark"], *HIGH.values()):
        assert tokens.keys() == TOKENS["light"].keys()


def test_contrast_and_mixture_are_as_the_standard_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert mixed("#FFFFFF", "#000000", 0.5) == "#808080"


def test_every_icon_is_there():
    found = sources()
    assert found.keys() == NAMES
    assert not [name for name, svg in found.items() if "data-missing-icon" in svg]


def test_an_unknown_icon_is_refused():
    with pytest.raises(KeyError):
        icon("trello")


def test_an_icon_follows_the_theme_and_survives_being_copied(qapp):
    def ink():
        image = copied.pixmap(QtCore.QSize(32, 32)).toImage()
        points = [(x, y) for x in range(32) for y in range(32)]
        solid = [p for p in points if image.pixelColor(*p).alpha() > 250]
        return image.pixelColor(*solid[0]).name().upper()

    copied = QtGui.QIcon(icon("square"))
    copied.addPixmap(QtGui.QPixmap(1, 1))
    assert ink() == TOKENS["light"]["text"]
    theme.apply(qapp, "dark")
    assert ink() == TOKENS["dark"]["text"]
    theme.apply(qapp, "light")


def test_an_icon_is_sharp_on_a_fine_screen(qapp):
    pixmap = icon_pixmap("copy", theme.colour("text"), 16, 1.5)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (24, 1.5)


@pytest.mark.parametrize("shape", sorted(_DRAW))
def test_every_shape_is_drawn_inside_its_box(qapp, shape):
    image = QtGui.QImage(24, 24, QtGui.QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QtGui.QPainter(image)
    paint_shape(painter, QtCore.QRect(6, 6, 12, 12), shape)
    painter.end()
    drawn = [
        (x, y) for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha()
    ]
    assert len(drawn) > 10
    assert all(5 <= x <= 18 and 5 <= y <= 18 for x, y in drawn)


def test_every_state_has_a_shape_and_a_known_colour():
    for state in STATES.values():
        assert state.shape in _DRAW
        assert state.token in TOKENS["light"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("GitHub Issues", "Gh"),
        ("Trello", "Tr"),
        ("datadog", "Da"),
        ("", "?"),
        ("X", "X"),
    ],
)
def test_a_monogram_is_two_letters(name, letters):
    assert monogram(name) == letters


def test_a_tile_is_the_same_every_time_and_another_in_the_dark(qapp):
    light = tile_pixmap("Gh", "github", 36).toImage()
    assert tile_pixmap("Gh", "github", 36).toImage() == light
    theme.apply(qapp, "dark")
    assert tile_pixmap("Gh", "github", 36).toImage() != light
    theme.apply(qapp, "light")


def shot(widget):
    return widget.grab().toImage()


def test_a_switch_reinks_what_is_on_screen_and_equals_starting_dark(qapp, qtbot):
    def sheet():
        widget = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(widget)
        column.addWidget(Label("what", "title", "muted"))
        column.addWidget(Button("Open", kind="primary", icon="copy"))
        column.addWidget(LineEdit("typed", icon="search"))
        plain = QtWidgets.QPushButton("Off")
        plain.setEnabled(False)
        column.addWidget(plain)
        qtbot.addWidget(widget)
        widget.resize(240, 180)
        widget.show()
        return widget

    live = sheet()
    light = shot(live)
    theme.apply(qapp, "dark")
    assert shot(live) != light
    assert shot(live).pixelColor(2, 2).name().upper() == TOKENS["dark"]["ground"]
    assert shot(live) == shot(sheet())
    theme.apply(qapp, "light")
    assert shot(live) == light


def test_a_line_edit_keeps_its_painted_ground_under_a_style_sheet(qapp, qtbot):
    edit = LineEdit("", name="x")
    edit.setReadOnly(True)
    qtbot.addWidget(edit)
    edit.resize(120, 32)
    seen = shot(edit).pixelColor(60, 16).name().upper()
    assert seen == TOKENS["light"]["sunken"]


def test_following_the_system_asks_the_desktop(qapp, monkeypatch):
    schemes = QtCore.Qt.ColorScheme
    monkeypatch.setattr(theme, "_desktop", lambda: schemes.Dark)
    theme.apply(qapp, "system")
    assert theme.scheme == "dark"
    monkeypatch.setattr(theme, "_desktop", lambda: schemes.Light)
    qapp.styleHints().colorSchemeChanged.emit(schemes.Light)
    assert theme.scheme == "light"
    theme.apply(qapp, "light")


def test_zoom_scales_type_and_measures_within_bounds(qapp, qtbot):
    button = Button("Open")
    qtbot.addWidget(button)
    small = button.sizeHint()
    theme.set_zoom(2)
    assert button.sizeHint().height() == 2 * small.height()
    assert theme.font("body").pixelSize() == 26
    theme.set_zoom(9)
    assert theme.zoom == 2
    theme.set_zoom(0.1)
    assert theme.zoom == 0.8
    theme.set_zoom(1)


def test_type_is_never_under_ten_pixels_and_captions_are_eleven(qapp):
    sizes = {role: theme.font(role).pixelSize() for role in ROLES}
    assert sizes["body"] == 13
    assert min(sizes.values()) == sizes["badge"] == 10
    assert sizes["caption"] == 11
    assert theme.font("body") is theme.font("body")


def test_figures_in_tables_are_equally_wide(qapp):
    if theme.font("number").family() != "Inter":
        pytest.skip("the system's font may lack the feature")
    assert theme.width("1111", "number") == theme.width("0000", "number")


def test_a_long_text_is_cut_with_an_ellipsis(qapp):
    assert theme.elided("short", "body", 500) == "short"
    assert theme.elided("much too long for this", "body", 60).endswith("…")


def test_no_reference_to_none_is_lost(qapp, qtbot):
    """PySide6 6.12 on Python 3.11 drops one a call and aborts after about 7,000."""
    label = QtWidgets.QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for number in range(500):
        label.setText(str(number))
    assert sys.getrefcount(None) > before - 250


def test_preferences_are_kept_in_a_file(qapp, tmp_path):
    kept = Preferences()
    kept.put("zoom", 1.25)
    assert kept.number("zoom", 1) == 1.25
    kept.open(tmp_path / "window.ini")
    kept.put("scheme", "dark")
    kept.put("state", QtCore.QByteArray(b"\x00\x01"))
    kept.close()
    again = Preferences()
    again.open(tmp_path / "window.ini")
    assert again.text("scheme") == "dark"
    assert again.state("state") == QtCore.QByteArray(b"\x00\x01")
    assert again.number("scheme", 3) == 3
    assert again.text("other", "none") == "none"


def test_preferences_of_another_version_are_dropped(qapp, tmp_path):
    (tmp_path / "window.ini").write_text("[General]\nversion=99\nzoom=2\n")
    kept = Preferences()
    kept.open(tmp_path / "window.ini")
    assert kept.number("zoom", 1) == 1
