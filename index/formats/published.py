"""Who published a web page, where and when, as the page says itself."""

import json
from collections.abc import Iterable, Iterator, Mapping

from lxml import html

from index.dates import normalised
from index.metadata import Metadata

_DATES = (
    "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created",
    "dcterms.issued", "citation_publication_date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author", "parsely-author")
_SITES = ("og:site_name", "application-name")


def published(page: html.HtmlElement) -> Metadata:
    """Author, date and site: from JSON-LD, else from meta elements, and the date else from a ``time`` element."""
    linked, named = list(_linked(page)), _named(page)
    dates = [*(str(one.get("datePublished") or "") for one in linked), *_of(named, _DATES), *_times(page)]
    authors = [*(_people(one.get("author")) for one in linked), *_of(named, _AUTHORS)]
    sites = [*_of(named, _SITES), *(_people(one.get("publisher")) for one in linked)]
    return Metadata.stated(
        {
            "author": next((one for one in authors if one and "://" not in one), ""),
            "date": next(filter(None, map(normalised, dates)), ""),
            "site": next(filter(None, sites), ""),
        }
    )


def _named(page: html.HtmlElement) -> dict[str, str]:
    """What the page's meta elements say, the first of each name, in lower case."""
    found: dict[str, str] = {}
    for meta in page.iterfind(".//meta[@content]"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        found.setdefault(str(name).lower(), " ".join(str(meta.get("content")).split()))
    return found


def _of(named: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    return (named[name] for name in names if name in named)


def _times(page: html.HtmlElement) -> Iterator[str]:
    """The times that are said to be the page's own."""
    for time in page.iterfind(".//time[@datetime]"):
        if time.get("pubdate") is not None or "datePublished" in str(time.get("itemprop")):
            yield str(time.get("datetime"))


def _linked(page: html.HtmlElement) -> Iterator[Mapping[str, object]]:
    """The objects of the page's JSON-LD, those inside an ``@graph`` too, that say when something was published."""
    for script in page.iterfind(".//script[@type='application/ld+json']"):
        try:
            found = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for one in found if isinstance(found, list) else [found]:
            graph = one.get("@graph") if isinstance(one, dict) else None
            yield from (each for each in (graph if isinstance(graph, list) else [one]) if _is_work(each))


def _is_work(found: object) -> bool:
    return isinstance(found, dict) and bool({"datePublished", "author"} & found.keys())


def _people(given: object) -> str:
    """Names, of one or of several."""
    names = [
        one.get("name") if isinstance(one, dict) else one for one in (given if isinstance(given, list) else [given])
    ]
    return "; ".join(name for name in names if isinstance(name, str) and name)
