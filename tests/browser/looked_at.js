// What a test looks for in a page: what stands out of the window, what a finger misses, what the keyboard loses.
window.lookedAt = (() => {
  const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex]";
  const TARGET = 44;

  const name = (element) => {
    const words = (element.getAttribute("aria-label") || element.textContent || element.name || "").trim().replace(/\s+/g, " ");
    return `${element.tagName.toLowerCase()}${element.id ? "#" + element.id : ""}${[...element.classList].map((one) => "." + one).join("")} “${words.slice(0, 40)}”`;
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  // The frame is the same on page after page: `within` leaves it out once it has been seen.
  const controls = (within) => [...document.querySelector(within).querySelectorAll(FOCUSABLE)].filter((element) => element.tabIndex >= 0 && shown(element));

  // What a box of its own hides or scrolls makes no page wide, however far it reaches.
  const kept = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") return true;
    }
    return false;
  };

  // WCAG 2.2, 1.4.10: nothing that has to be scrolled sideways, save what scrolls in a box of its own.
  function tooWide() {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const out = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > wide + 1 && shown(element) && !kept(element));
    return out.slice(0, 3).map((element) => `${name(element)} reaches to ${Math.round(element.getBoundingClientRect().right)}`).concat(out.length ? [] : ["something"]);
  }

  // What is pressed: a control, or its label, which may lie over the whole row.
  function target(element) {
    const label = element.labels?.[0];
    const pressed = [element, label, label && getComputedStyle(label, "::after").position === "absolute" ? label.offsetParent ?? label.closest("li") : null];
    const boxes = pressed.filter(Boolean).map((one) => one.getBoundingClientRect());
    return { width: Math.max(...boxes.map((box) => box.width)), height: Math.max(...boxes.map((box) => box.height)) };
  }
  // Links in lines of text keep their line, and boxes in the rows of a table theirs: axe sees to 24 px there (2.5.8).
  const inText = (element) => {
    const plain = element.matches("a, .tag-off, .tag") && !element.matches("nav a, .btn, .chip, .row-link, .tool, .menu-list a");
    return plain || element.matches("td input, th input") || element.closest(".skip-link, .visually-hidden, svg");
  };

  function tooSmall(within) {
    return controls(within)
      .filter((element) => !inText(element) && !(element.matches("input") && element.closest(".visually-hidden, .drop-zone")))
      .map((element) => [element, target(element)])
      .filter(([, box]) => box.width > 1 && (box.height < TARGET - 0.5 || box.width < 24))
      .map(([element, box]) => `small: ${name(element)} ${Math.round(box.width)} x ${Math.round(box.height)}`);
  }

  // WCAG 2.2, 2.4.7: whatever has the focus shows it, itself or by what stands around it or beside it.
  const look = (element) => {
    const around = [element, element.parentElement, element.parentElement?.parentElement, element.nextElementSibling, element.querySelector("rect")].filter(Boolean);
    return around.map((one) => { const style = getComputedStyle(one); return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.top, style.stroke, style.strokeWidth].join(); }).join("|");
  };
  const ringed = (element) => { const style = getComputedStyle(element); return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; };

  function byKeyboard(within) {
    const found = [];
    const skip = document.querySelector(".skip-link");
    if (!skip || !document.querySelector(skip.getAttribute("href"))?.matches("main")) found.push("the skip link leads nowhere");
    for (const element of controls(within)) {
      element.focus();
      if (!element.isConnected) continue; // some lists are drawn anew when they get the focus
      if (document.activeElement !== element) found.push(`takes no focus: ${name(element)}`);
      if (ringed(element)) continue;
      const focused = look(element);
      element.blur();
      if (look(element) === focused) found.push(`shows no focus: ${name(element)}`);
      skip?.focus(); // the next one is reached by keyboard again
    }
    for (const element of document.querySelectorAll("[data-dialog], [role=button], [role=link]"))
      if (element.tabIndex < 0 && shown(element)) found.push(`not by keyboard: ${name(element)}`);
    return found;
  }

  return { tooWide, tooSmall, byKeyboard };
})();
