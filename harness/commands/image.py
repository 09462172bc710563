"""`harness image`: the container image of the emulator, and what it is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.emulator.progress import shown

from .output import AsJson, print_json, print_table, progress, results, table


def build(
    base: Annotated[
        str | None,
        typer.Option(
            metavar="IMAGE",
            help="Image with Python 3.13 to build on; HARNESS_IMAGE_BASE or python:3.13-slim "
            "without it.",
        ),
    ] = None,
    wheelhouse: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help='Packages from "harness image wheelhouse", in place of an index.'
        ),
    ] = None,
    certificates: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Certificates to trust while packages are fetched; not kept."
        ),
    ] = None,
    package_index_config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A pip.conf that names your package mirror; not kept."),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build it although it is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build the image that the container target runs, if it isn't there.

    It has the same locked packages and overlays as the embedded emulator. Certificates and
    pip.conf are secrets of the build and get into no layer. Where pip is set to an index of your
    own here, the packages are fetched on this machine first and handed to the build.

    \b
    Example:
      harness image build
    """
    from harness.emulator.image.build import build_image, find_image

    was_there = not rebuild and find_image() is not None
    with shown("Making the container image") as bar:
        name = build_image(
            base=base,
            wheelhouse=wheelhouse,
            certificates=certificates,
            pip_config=package_index_config,
            rebuild=rebuild,
            progress=bar,
        )
    if as_json:
        print_json({"image": name, "was_there": was_there})
        return
    progress().print("It was there already." if was_there else "Built.")
    results().print(name, markup=False)


def list_images(as_json: AsJson = False) -> None:
    """List the images of the harness on the Docker engine, the youngest first.

    \b
    Example:
      harness image list
    """
    from harness.emulator.image.images import images

    found = images()
    if as_json:
        print_json([image.as_json() for image in found])
        return
    listed = table("image", "MB", "made", "")
    for image in found:
        listed.add_row(
            image.name, str(image.size_mb), image.created, "current" if image.is_current else ""
        )
    print_table(listed)


def remove(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[IMAGE]...", help="As the list names them.")
    ] = None,
    old: Annotated[
        bool, typer.Option("--old", help="All but the one that this version runs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove images of the harness from the Docker engine.

    Each change of version, overlays or packages makes an image of its own; they share most of
    their size.

    \b
    Example:
      harness image remove --old
    """
    from harness.emulator.image.images import remove_images
    from harness.errors import UsageProblem

    if bool(names) == old:
        raise UsageProblem("It isn't said which images to remove.", "Name some, or say --old.")
    gone = remove_images(names or None)
    if as_json:
        print_json(gone)
        return
    for name in gone:
        results().print(name, markup=False)
    progress().print(f"{len(gone)} removed.")


def wheelhouse(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; made if absent.")],
    architecture: Annotated[
        str,
        typer.Option("--arch", metavar="NAME", help="The engine's: amd64 or arm64."),
    ] = "amd64",
    as_json: AsJson = False,
) -> None:
    """Fetch an image's packages into a folder, by hash, for a build without a package index.

    pip fetches them, by your own settings of index and certificates. Carry the folder to the
    machine without a network and name it there: "harness image build --wheelhouse DIR".

    \b
    Example:
      harness image wheelhouse wheelhouse
    """
    from harness.emulator.image.wheelhouse import fill

    with shown("Filling the wheelhouse") as bar:
        fill(folder.absolute(), architecture, bar)
    if as_json:
        print_json({"folder": str(folder.absolute()), "architecture": architecture})
        return
    results().print(str(folder), markup=False)


def base(
    name: Annotated[
        str | None, typer.Argument(metavar="[IMAGE]", help="Its name; one of ours without it.")
    ] = None,
    include: Annotated[
        str,
        typer.Option(metavar="PACKAGES", help="Further Debian packages, separated by commas."),
    ] = "",
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make it although it is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a base image out of Debian's packages, where there is no image registry.

    It needs root, debootstrap and a Debian mirror: that of apt's settings, or DEBIAN_MIRROR.

    \b
    Example:
      sudo harness image base
      harness image build --base aws-pattern-harness-base:trixie
    """
    from harness.emulator.image.base_image import BASE_NAME, make_base

    made = make_base(name or BASE_NAME, include=include, rebuild=rebuild)
    if as_json:
        print_json({"image": made})
        return
    results().print(made, markup=False)
