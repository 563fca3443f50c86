"""The page that stays open while a workbook is edited: problems, and the last good report."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import asdict, dataclass

from metasyn.counting import plural

__all__ = ["State", "live_report", "page", "state_script"]


@dataclass(frozen=True, slots=True)
class State:
    """How things stand after a save.

    Parameters
    ----------
    version
        Differs after every round.
    workbook
        Name of the workbook.
    problems
        What is wrong, with its cells; nothing where the report is that of the workbook.
    has_report
        Whether there is a report, be it of an earlier version.
    """

    version: str
    workbook: str
    problems: tuple[str, ...]
    has_report: bool


REPORT = "report/live.html"

_LISTENER = """
addEventListener("message", event => {
  if (event.source !== parent) return;
  if (event.data === "where?") parent.postMessage(scrollY, "*");
  else if (typeof event.data === "number") scrollTo(0, event.data);
});
"""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<noscript><meta http-equiv="refresh" content="2"></noscript>
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ margin: 0; display: flex; flex-direction: column; height: 100vh;
          font: 15px/1.5 system-ui, sans-serif; }}
  header {{ padding: .5rem 1rem; border-bottom: 1px solid #8886; }}
  header p, header ul {{ margin: .2rem 0; }}
  header.wrong {{ background: #f6c7c3; color: #5c120f; max-height: 45vh; overflow: auto; }}
  header.wrong a {{ color: inherit; }}
  li {{ overflow-wrap: anywhere; }}
  iframe {{ flex: 1; border: 0; width: 100%; background: Canvas; }}
</style>
</head>
<body>
<header role="status" class="{kind}">{words}</header>
{frame}
<script>
"use strict";
(() => {{
  const header = document.querySelector("header");
  let version = {version};
  const line = (tag, text) => {{
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }};
  const show = state => {{
    header.className = state.problems.length ? "wrong" : "";
    header.replaceChildren(line("p", state.told));
    if (state.problems.length) {{
      const list = document.createElement("ul");
      state.problems.forEach(text => list.append(line("li", text)));
      header.append(list);
    }}
  }};
  const renew = () => {{
    const frame = document.querySelector("iframe");
    const go = place => {{
      frame.onload = () => frame.contentWindow.postMessage(place, "*");
      frame.src = {report} + "?" + version;
    }};
    let done = false;
    const once = place => {{ if (!done) {{ done = true; go(place); }} }};
    addEventListener("message", event => {{
      if (event.source === frame.contentWindow && typeof event.data === "number") once(event.data);
    }}, {{ once: true }});
    frame.contentWindow.postMessage("where?", "*");
    setTimeout(() => once(0), 200);
  }};
  window.metasynState = state => {{
    if (state.version === version) return;
    version = state.version;
    if (state.has_report && !document.querySelector("iframe")) location.reload();
    else {{
      show(state);
      if (!state.problems.length) renew();
    }}
  }};
  setInterval(() => {{
    const asked = document.createElement("script");
    asked.src = "state.js?" + performance.now();
    asked.onload = asked.onerror = () => asked.remove();
    document.head.append(asked);
  }}, 700);
}})();
</script>
</body>
</html>
"""


def _told(state: State) -> str:
    if not state.problems:
        return f"{state.workbook}: the report is up to date."
    kept = " The report below is that of the last sound version." if state.has_report else ""
    count = len(state.problems)
    return f"{state.workbook} has {plural(count, 'problem')}.{kept}"


def page(state: State) -> str:
    """The page; it loads nothing but files beside it, and works without scripts too."""
    words = f"<p>{html.escape(_told(state))}</p>"
    if state.problems:
        items = "".join(f"<li>{html.escape(text)}</li>" for text in state.problems)
        kept = '<p><a href="report/index.html">The last good report</a></p>'
        words += f"<ul>{items}</ul>{kept if state.has_report else ''}"
    frame = f'<iframe src="{REPORT}" title="Report"></iframe>' if state.has_report else ""
    return _PAGE.format(
        title=html.escape(f"{state.workbook}: report"),
        kind="wrong" if state.problems else "",
        words=words,
        frame=frame,
        version=json.dumps(state.version),
        report=json.dumps(REPORT),
    )


def state_script(state: State) -> str:
    """The state as a script, because a page that was opened as a file may load nothing else."""
    told = json.dumps({**asdict(state), "told": _told(state)})
    return f"metasynState({told});\n"


def live_report(report: str) -> str:
    """A report that tells the page around it how far it is scrolled, and nothing else.

    Parameters
    ----------
    report
        The page of a report; its policy lets this one script more run.
    """
    digest = base64.b64encode(hashlib.sha256(_LISTENER.encode()).digest()).decode()
    allowed = report.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    head, end, tail = allowed.rpartition("</body>")
    return f"{head}<script>{_LISTENER}</script>{end}{tail}"
