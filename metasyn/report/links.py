"""Links that may stand in a report: only those whose form is beyond doubt."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

__all__ = ["doi_url", "pubmed_url", "web_url"]

_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"'`{}|\\^\[\]]+")
_PMID = re.compile(r"[1-9]\d{0,8}")


def doi_url(doi: str) -> str:
    """Address of a DOI; empty if it is none.

    Examples
    --------
    >>> doi_url("10.1097/CJI.0000000000000243")
    'https://doi.org/10.1097/CJI.0000000000000243'
    >>> doi_url("javascript:alert(1)")
    ''
    """
    return f"https://doi.org/{quote(doi, safe='/():;.,-_')}" if _DOI.fullmatch(doi) else ""


def pubmed_url(pmid: str) -> str:
    """Address of a PubMed id; empty if it is none.

    Examples
    --------
    >>> pubmed_url("23678006"), pubmed_url("PMC12")
    ('https://pubmed.ncbi.nlm.nih.gov/23678006/', '')
    """
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if _PMID.fullmatch(pmid) else ""


def web_url(address: str) -> str:
    """The address, if it is a plain web address with a host; otherwise empty.

    Examples
    --------
    >>> web_url("https://doi.org/10.1056/NEJMoa063842"), web_url("javascript:alert(1)")
    ('https://doi.org/10.1056/NEJMoa063842', '')
    """
    if not address.isascii() or re.search(r"[\s<>\"'`\\]", address):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.hostname else ""
