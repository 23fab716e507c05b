"""Everything of one stage that goes to AWS, in one folder: template, archives, workflows, the image's contents."""

import json
import shutil
from pathlib import Path

from delivery import archives, bytecode
from delivery.building import LAYER_PLACE, build_layer, build_part
from delivery.errors import DeliveryError
from delivery.manifest import Manifest, measure
from delivery.recipes import ROOT, Architecture
from delivery.template import ARCHIVE, Template, functions_of, layers_of, package_app

PACKAGES = ROOT / "build" / "package"
KEPT = ROOT / "build" / "kept"
CODE_PLACE = "/var/task"
IN_IMAGE = ("engine", "science", "tables", "identity")


def stages() -> list[str]:
    """The stages that `.chalice/config.json` knows."""
    configured = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    return sorted(configured["stages"])


def package(stage: str, architecture: Architecture, out: Path, kept: Path = KEPT) -> Manifest:
    """Fills the folder `out`, made anew; raises DeliveryError where something is missing or above its budget.

    The same checkout gives the same bytes. Layers and packages that were built before are taken from `kept`.
    """
    if stage not in stages():
        raise DeliveryError(f"there is no stage {stage!r}; .chalice/config.json has {', '.join(stages())}")
    shutil.rmtree(out, ignore_errors=True)
    code = out / "code"
    template = package_app(stage, architecture, code)
    _complete(code, architecture, kept)
    archives.write(code, out / ARCHIVE)
    folders = _write_layers(template, architecture, kept, out)
    _write_image(code, architecture, kept, out / "image")
    shutil.copytree(ROOT / ".chalice" / "state-machines", out / "state-machines")
    shutil.copy(ROOT / ".chalice" / "parameters" / f"{stage}.json", out / "parameters.json")
    (out / "template.json").write_text(json.dumps(template, indent=2) + "\n", encoding="utf-8")
    manifest = measure(out, architecture, code, folders, functions_of(template))
    manifest.check()
    (out / "manifest.json").write_text(manifest.as_json(), encoding="utf-8")
    return manifest


def _complete(code: Path, architecture: Architecture, kept: Path) -> None:
    """Lays the packages beside the service's code, and compiles that."""
    bytecode.compile_modules(code, CODE_PLACE, alone=False)
    shutil.copytree(build_part("dependencies", architecture, kept), code, dirs_exist_ok=True)


def _write_layers(template: Template, architecture: Architecture, kept: Path, out: Path) -> dict[str, Path]:
    """Packs the layers that the template has; answers the folder of each by logical name."""
    folders = {}
    for name, uri in layers_of(template).items():
        folder = build_layer(Path(uri).stem, architecture, kept)
        archive = kept / f"{folder.name}.zip"
        if not archive.exists():
            archives.write(folder, archive)
        (out / uri).parent.mkdir(exist_ok=True)
        shutil.copy(archive, out / uri)
        folders[name] = folder
    return folders


def _write_image(code: Path, architecture: Architecture, kept: Path, image: Path) -> None:
    """What the Dockerfile copies: the code, every layer and what only the image has, in one folder."""
    parts = [build_layer(name, architecture, kept) / LAYER_PLACE for name in IN_IMAGE]
    for part in (code, *parts, build_part("image", architecture, kept)):
        shutil.copytree(part, image, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    """Half a gigabyte is not copied; what two parts have is the same file."""
    if not Path(target).exists():
        Path(target).hardlink_to(source)
