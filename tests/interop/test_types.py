"""The generated types compile, and the seed's own declaration is assignable to them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.interop import typescript

from ferrule import shipped

pytestmark = [
    pytest.mark.interop,
    pytest.mark.compared(
        "generated types: what compiles and what does not", "TypeScript"
    ),
]
HERE = Path(__file__).parent
SDK = HERE.parents[1] / "packaging" / "sdk"
GO = shutil.which("go")
OPTIONS = {
    "strict": True,
    "noEmit": True,
    "target": "es2022",
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "allowImportingTsExtensions": True,
    "resolveJsonModule": True,
    "skipLibCheck": False,
    "types": [],
}
CONNECTORS = sorted(shipped.descriptors().glob("*/connectors/*.json"))
needs_node = pytest.mark.skipif(
    typescript.NODE is None or typescript.NPM is None, reason=typescript.MISSING
)
needs_go = pytest.mark.skipif(GO is None, reason="go is not on this machine")


@pytest.fixture
def folder(tmp_path) -> Path:
    shutil.copy(SDK / "ts" / "ferrule.d.ts", tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    settings = {"compilerOptions": OPTIONS, "include": ["*.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings))
    return tmp_path


@needs_node
def test_what_the_seed_declares_is_assignable(folder, modules):
    for name in ("seed.ts", "assignable.ts"):
        shutil.copy(HERE / "programs" / name, folder)
    assert typescript.compile_in(folder, modules) == ""


def typed(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    kind = 'import type { ConnectorDescriptor } from "./ferrule.d.ts";\n'
    return f"{kind}export const one: ConnectorDescriptor = {text};\n"


@needs_node
def test_every_shipped_connector_is_a_descriptor(folder, modules, interop_table):
    for path in CONNECTORS:
        (folder / f"{path.stem}.ts").write_text(typed(path), encoding="utf-8")
    said = typescript.compile_in(folder, modules)
    wrong = [path for path in CONNECTORS if f"{path.stem}.ts" in said]
    interop_table.row(len(CONNECTORS), len(wrong), what="generated types: connectors")
    assert said == ""


@needs_node
def test_a_wrong_member_is_noticed(folder, modules):
    text = typed(CONNECTORS[0]).replace('"mode": "polling"', '"mode": "dreaming"')
    (folder / "wrong.ts").write_text(text, encoding="utf-8")
    assert "dreaming" in typescript.compile_in(folder, modules)


GO_TEST = """\
package ferrule

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

func TestDescriptorsComeBack(t *testing.T) {
	entries, err := os.ReadDir("testdata")
	if err != nil || len(entries) == 0 {
		t.Fatal("no descriptors", err)
	}
	for _, entry := range entries {
		raw, _ := os.ReadFile("testdata/" + entry.Name())
		var one ConnectorDescriptor
		if err := json.Unmarshal(raw, &one); err != nil {
			t.Fatal(entry.Name(), err)
		}
		again, err := json.Marshal(one)
		if err != nil {
			t.Fatal(entry.Name(), err)
		}
		var before, after any
		_ = json.Unmarshal(raw, &before)
		_ = json.Unmarshal(again, &after)
		if !reflect.DeepEqual(before, after) {
			t.Fatalf("%s came back as %s", entry.Name(), again)
		}
	}
}
"""


@needs_go
@pytest.mark.compared("generated types: connectors", "Go")
def test_the_go_types_are_vetted_and_read_every_connector(tmp_path, interop_table):
    module = tmp_path / "go"
    shutil.copytree(SDK / "go", module)
    (module / "testdata").mkdir()
    for path in CONNECTORS:
        shutil.copy(path, module / "testdata")
    (module / "read_test.go").write_text(GO_TEST)
    assert go("vet", "./...", folder=module) == ""
    assert go("test", "./...", folder=module).startswith("ok")
    formatted = shutil.which("gofmt")
    if formatted:
        done = subprocess.run(
            [formatted, "-l", SDK / "go"], capture_output=True, check=True
        )
        assert done.stdout == b""
    interop_table.row(len(CONNECTORS))


def go(*arguments: str, folder: Path) -> str:
    done = subprocess.run(  # noqa: PLW1510 - judged by what it says
        [GO, *arguments], cwd=folder, capture_output=True, text=True
    )
    return done.stdout + done.stderr
