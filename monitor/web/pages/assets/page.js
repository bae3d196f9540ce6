// Two small comforts; every page reads and works without them.
"use strict";

// New steps are counted quietly: nothing moves under the reader, a link offers them.
const live = document.querySelector(".live");
if (live) {
  let shown = 0;
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch("/new?after=" + encodeURIComponent(live.dataset.after));
      const { count } = await answer.json();
      if (!answer.ok || count === shown || !count) return;
      shown = count;
      const link = document.createElement("a");
      link.href = location.pathname + location.search;
      link.textContent = live.dataset.said.replace("{count}", count);
      live.replaceChildren(link);
    } catch {
      // The service is away for a moment; the next look will tell.
    }
  };
  setInterval(look, 15000);
  document.addEventListener("visibilitychange", look);
}

// The review queue's keys work only while an item of it has the focus, and never in a field.
const items = [...document.querySelectorAll(".queue > .item")];
for (const item of items) {
  item.tabIndex = 0;
  item.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select, textarea")) return;
    const next = { j: 1, k: -1 }[event.key];
    const wanted = item.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (next) items[items.indexOf(item) + next]?.focus();
    else if (!wanted) return;
    else if (wanted.matches("button")) wanted.click();
    else wanted.focus();
    event.preventDefault();
  });
}
