"""XML as a tree that knows its lines, with neither document types nor entities.

The standard library's expat reads it. A document type is refused as soon as it is met, so no entity
can be declared, expanded or fetched from elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from data.errors import InputError, fault
from optimizer.inrc.places import Place

MOST_DEPTH = 40


@dataclass
class Element:
    """An element, its text without what its children hold, and where it begins."""

    tag: str
    attributes: dict[str, str]
    place: Place
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, tag: str) -> Iterator["Element"]:
        """Go through the children of a name."""
        return (child for child in self.children if child.tag == tag)

    def maybe(self, tag: str) -> "Element | None":
        """Return the only child of a name, or None.

        Raises
        ------
        InputError
            When there are several.
        """
        found = list(self.all(tag))
        if len(found) > 1:
            raise found[1].place.fault(f"a second {tag}", f"state {tag} once")
        return found[0] if found else None

    def one(self, tag: str) -> "Element":
        """Return the only child of a name.

        Raises
        ------
        InputError
            When there is none, or there are several.
        """
        found = self.maybe(tag)
        if found is None:
            raise self.place.fault(f"no {tag}", f"state {tag} in {self.tag}")
        return found

    def attribute(self, name: str) -> str:
        """Return an attribute.

        Raises
        ------
        InputError
            When it is missing.
        """
        if name not in self.attributes:
            raise self.place.fault(f"no {name}", f"give {self.tag} the attribute {name}")
        return self.attributes[name]


class _Builder:
    """What the parser calls as it goes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.open: list[Element] = []
        self.root: Element | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, Place(self.path, self.parser.CurrentLineNumber, tag))
        if len(self.open) >= MOST_DEPTH:
            raise element.place.fault(f"{MOST_DEPTH} elements within each other", "nest fewer")
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _tag: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text

    def doctype(self, name: str, *_rest: object) -> None:
        raise fault(
            self.path,
            f"a document type, {name}",
            "remove it: neither document types nor entities are read",
            row=self.parser.CurrentLineNumber,
        )


def parse_tree(text: str, path: Path) -> Element:
    """Read the text of an XML file.

    Raises
    ------
    InputError
        When it is no well-formed XML, or declares a document type.
    """
    builder = _Builder(path)
    try:
        builder.parser.Parse(text, True)  # noqa: FBT003 - expat takes it by position
    except expat.ExpatError as error:
        words = expat.ErrorString(error.code)
        raise fault(path, words, "mend the XML", row=error.lineno) from error
    if builder.root is None:
        raise InputError(f"{path}: found no element; give an XML file")
    return builder.root
