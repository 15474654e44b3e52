"""A stand-in for the sdist's build backend that answers pip's question for metadata and nothing else.

`pip download` insists on asking the backend who the package is; the real one costs a minute of building before a single
byte is kept. We want the file only, and its hash is checked by pip itself.
"""
import pathlib


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    lines = pathlib.Path("PKG-INFO").read_text(encoding="utf-8").splitlines()
    field = {key: next(line.split(": ", 1)[1] for line in lines if line.startswith(key + ": ")) for key in ("Name", "Version")}
    folder = f"{field['Name'].replace('-', '_')}-{field['Version']}.dist-info"
    path = pathlib.Path(metadata_directory, folder)
    path.mkdir(parents=True, exist_ok=True)
    (path / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {field['Name']}\nVersion: {field['Version']}\n")
    (path / "WHEEL").write_text("Wheel-Version: 1.0\nGenerator: rankscope\nRoot-Is-Purelib: false\nTag: py3-none-any\n")
    return folder


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    raise SystemExit("only the source is wanted")
