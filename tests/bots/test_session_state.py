"""Everything by which a portal may know a browser again: cookies, localStorage, sessionStorage, IndexedDB."""

from __future__ import annotations

from strange_portal.visitor import Strange

from bots.contracts import SessionState
from bots.lane import LaneBrowser

_LEAVE = """() => new Promise((done) => {
  document.cookie = "seen=cookie; path=/";
  localStorage.setItem("seen", "local");
  sessionStorage.setItem("seen", "session");
  const opening = indexedDB.open("portal", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
  opening.onsuccess = () => {
    const writing = opening.result.transaction("kept", "readwrite");
    writing.objectStore("kept").put("indexed", "seen");
    writing.oncomplete = () => { opening.result.close(); done(); };
  };
})"""
_FIND = """() => new Promise((done) => {
  const opening = indexedDB.open("portal", 1);
  opening.onsuccess = () => {
    const reading = opening.result.transaction("kept").objectStore("kept").get("seen");
    reading.onsuccess = () => done([
      document.cookie.includes("seen=cookie"), localStorage.getItem("seen"), sessionStorage.getItem("seen"),
      reading.result,
    ]);
  };
})"""


async def test_all_that_a_portal_keeps_in_the_browser_comes_back(strange: Strange, lane: LaneBrowser) -> None:
    await lane._window.page.goto(strange.site.url)
    await lane._window.page.evaluate(_LEAVE)
    saved = (await lane.session_state()).to_json()
    restored = await strange.host.lane(SessionState.from_json(saved))
    try:
        await restored._window.page.goto(strange.site.url)
        assert await restored._window.page.evaluate(_FIND) == [True, "local", "session", "indexed"]
        assert (await restored.session_state()).device(("seen",)) is not None
    finally:
        await restored.close()
