"""What a person chooses before a credential is typed: the way in, and whose it is.

Another choice is another plan, and a flow of that takes the place of the one that is.
"""

from PySide6 import QtCore

from ferrule.fields.placing import Offer
from ferrule.ui.models.connect_plan import Plan, Source
from ferrule.ui.widgets.connect.given import Given
from ferrule.ui.widgets.connect.order import choice_of
from ferrule.ui.widgets.connect.source_card import source_card


class Choosing(QtCore.QObject):
    """The choices of a flow, each where there is one.

    Signals:
        wanted(object): a flow of this `Plan` is wanted, with what is filled in.
    """

    wanted = QtCore.Signal(object)

    def __init__(self, plan: Plan, given: Given, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.methods, self.source = choice_of(plan), source_card(plan)
        self._plan = plan
        self._given = given
        if self.methods is not None:
            self.methods.chosen.connect(self._by_method)
        if self.source is not None:
            self.source.chosen.connect(self._by_source)
        given.credentials.elsewhere.connect(self._by_offer)

    @QtCore.Slot(object)
    def _by_method(self, method: object) -> None:
        if method != self._plan.method:
            given = self._given.settings.given()
            self.wanted.emit(self._plan.by(str(method), given))

    @QtCore.Slot(object)
    def _by_offer(self, offer: Offer) -> None:
        """Sign in another way, with what was pasted here and is for that."""
        self._given.offered = offer.values
        self._by_method(offer.method)

    @QtCore.Slot(str)
    def _by_source(self, source: Source) -> None:
        self.wanted.emit(self._plan.using(source, self._given.settings.given()))
