/**
 * The page's script: filters, groups, unpacks details when they are opened, and copies. It reads what stands on the page, writes text alone,
 * and puts no markup anywhere but the details that the report itself packed. Plain JavaScript, as browsers run it.
 */
export const script = `"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("filter");
  const groupsBox = byId("groups");
  document.documentElement.classList.add("js");

  /* Details: unpacked a hundred at a time, when the first of them is opened. */
  const packs = new Map();
  function unpack(number) {
    let pack = packs.get(number);
    if (pack === undefined) {
      pack = inflate(byId("pack-" + number).textContent);
      packs.set(number, pack);
    }
    return pack;
  }
  async function inflate(text) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return (await new Response(stream).text()).split("\\0");
  }
  async function fill(item) {
    const box = item.querySelector(".d");
    const place = box.dataset.pack;
    if (place !== undefined) {
      delete box.dataset.pack;
      const [pack, index] = place.split(".");
      try {
        box.innerHTML = (await unpack(Number(pack)))[Number(index)];
      } catch {
        box.textContent = "This browser cannot unpack the evidence: it has no DecompressionStream. A newer one can, and the JSON report has it too.";
      }
    }
    if (!box.classList.contains("ready")) {
      box.classList.add("ready");
      for (const copy of box.querySelectorAll(".copy")) addCopyButton(copy);
    }
  }
  document.addEventListener("toggle", (event) => {
    const item = event.target.parentElement;
    if (event.target.open && item !== null && item.matches(".group > ul > li")) fill(item);
  }, true);

  /* Copying. */
  function addCopyButton(box) {
    const source = box.firstElementChild;
    const button = document.createElement("button");
    const heading = box.previousElementSibling;
    const what = heading !== null && heading.matches("h5") ? heading.textContent.toLowerCase() : "entry";
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + what);
    button.addEventListener("click", async () => {
      const done = await copy(source);
      button.textContent = done ? "Copied" : "Selected: press Ctrl+C";
      say(done ? "Copied" : "The text is selected: press Ctrl+C");
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    box.append(button);
  }
  async function copy(source) {
    try {
      await navigator.clipboard.writeText(source.textContent);
      return true;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      try { return document.execCommand("copy"); } catch { return false; }
    }
  }

  /* On phones the maps are lists. */
  if (matchMedia("(max-width: 47rem)").matches) for (const alt of document.querySelectorAll(".map > .alt")) alt.open = true;
  for (const row of document.querySelectorAll("svg .row")) row.addEventListener("click", () => { location.hash = row.dataset.go; });

  const count = byId("count");
  function say(text) { if (count !== null) count.textContent = text; }
  if (form === null) return;

  /* What there is to filter: one entry for each finding. */
  const groups = [...groupsBox.querySelectorAll(".group")];
  const parts = [...groupsBox.querySelectorAll(".part-of-list")];
  const clouds = new Map([...form.elements.account.options].map((option) => [option.value, option.dataset.cloud]));
  const findings = groups.flatMap((group) => [...group.querySelectorAll(":scope > ul > li")].map((item) => ({ item, group, list: item.parentElement, text: null })));
  const total = findings.length;
  form.hidden = false;

  const fields = ["text", "severity", "status", "cloud", "account", "check"];
  const format = new Intl.NumberFormat("en");

  function textOf(finding) {
    if (finding.text === null) {
      const { item, group } = finding;
      finding.text = [item.firstElementChild.firstElementChild.textContent, item.id, group.dataset.check, item.dataset.tags ?? ""].join(" ").toLowerCase();
    }
    return finding.text;
  }
  function wanted() {
    const value = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
    const words = value.text.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    return (finding) => {
      const { dataset } = finding.group;
      const { a: account, new: fresh } = finding.item.dataset;
      return (value.severity === "" || dataset.severity === value.severity)
        && (value.status === "" || (value.status === "new" ? fresh !== undefined : dataset.status === value.status))
        && (value.check === "" || dataset.check === value.check)
        && (value.account === "" || account === value.account)
        && (value.cloud === "" || clouds.get(account) === value.cloud)
        && words.every((word) => textOf(finding).includes(word));
    };
  }

  /* What is far from view is not laid out: how tall it will be, about, keeps the scroll bar true. */
  function expect(box, items, headings) {
    box.style.containIntrinsicBlockSize = items * 4.8 + headings * 4 + "rem";
  }

  let resources = null;
  function apply() {
    const matches = wanted();
    const shownIn = new Map();
    let shown = 0;
    for (const finding of findings) {
      const match = matches(finding);
      if (finding.item.hidden === match) finding.item.hidden = !match;
      if (!match) continue;
      shown += 1;
      const list = finding.item.parentElement;
      shownIn.set(list, (shownIn.get(list) ?? 0) + 1);
    }
    for (const group of resources ?? groups) {
      let amount = 0;
      for (const list of group.children) {
        if (list.tagName !== "UL") continue;
        const own = shownIn.get(list) ?? 0;
        list.hidden = own === 0;
        expect(list, own, 0);
        amount += own;
      }
      group.hidden = amount === 0;
      if (!group.hidden) group.firstElementChild.querySelector(".n").textContent = format.format(amount);
    }
    for (const chunk of resourceBox.children) {
      const own = [...chunk.children].filter((section) => !section.hidden);
      chunk.hidden = own.length === 0;
      expect(chunk, own.reduce((sum, section) => sum + (shownIn.get(section.lastElementChild) ?? 0), 0), own.length);
    }
    for (const part of parts) part.hidden = resources !== null || !groups.some((group) => group.parentElement === part && !group.hidden);
    byId("nothing").hidden = shown > 0;
    say(shown === total ? format.format(total) + (total === 1 ? " finding" : " findings") : format.format(shown) + " of " + format.format(total) + " findings");
  }

  /* Grouping by resource moves the findings into sections of their own; grouping by check moves them back. */
  const resourceBox = document.createElement("div");
  resourceBox.hidden = true;
  groupsBox.append(resourceBox);
  function regroup() {
    const wantsResources = form.elements.group.value === "resource";
    if (wantsResources === (resources !== null)) return;
    groupsBox.classList.toggle("by-resource", wantsResources);
    /* Away from the page, moving thousands of lines costs no layout. */
    const next = groupsBox.nextElementSibling;
    groupsBox.remove();
    if (wantsResources) gather(); else bringBack();
    next.before(groupsBox);
  }
  function bringBack() {
    resourceBox.hidden = true;
    for (const finding of findings) {
      finding.item.querySelector(".label").remove();
      finding.list.append(finding.item);
    }
    resourceBox.replaceChildren();
    resources = null;
  }
  function gather() {
    resourceBox.hidden = false;
    const sections = new Map();
    for (const finding of findings) {
      const { item, group } = finding;
      const summary = item.firstElementChild.firstElementChild;
      const name = summary.querySelector("b").textContent;
      const beside = summary.querySelector(".id")?.textContent ?? "";
      const key = [item.dataset.a, name, beside].join("\\n");
      let section = sections.get(key);
      if (section === undefined) {
        section = resourceSection(name, beside, "r-" + sections.size);
        sections.set(key, section);
      }
      const label = document.createElement("span");
      const status = group.dataset.status;
      label.className = "label " + (status === "fail" ? group.dataset.severity : status);
      label.textContent = group.dataset.check + ", " + (status === "fail" ? group.dataset.severity : status === "unknown" ? "not judged" : "suppressed");
      summary.prepend(label);
      section.lastElementChild.append(item);
    }
    resources = [...sections.values()];
    for (let start = 0; start < resources.length; start += 25) {
      const chunk = document.createElement("div");
      chunk.className = "chunk";
      chunk.append(...resources.slice(start, start + 25));
      resourceBox.append(chunk);
    }
  }
  function resourceSection(name, beside, id) {
    const section = document.createElement("section");
    section.className = "group";
    section.setAttribute("aria-labelledby", id);
    const head = document.createElement("div");
    head.className = "head";
    const heading = document.createElement("h3");
    heading.id = id;
    const amount = document.createElement("span");
    amount.className = "n";
    heading.append(beside === "" ? name : name + " (" + beside + ") ", amount);
    head.append(heading);
    section.append(head, document.createElement("ul"));
    return section;
  }

  /* The filter stands in the address, so that a filtered view can be bookmarked and sent. */
  function remember() {
    const state = new URLSearchParams();
    for (const name of [...fields, "group"]) {
      const { value } = form.elements[name];
      if (value !== "" && !(name === "group" && value === "check")) state.set(name, value);
    }
    const text = state.toString();
    try { history.replaceState(null, "", "#" + (text === "" ? "findings" : text)); } catch { /* where a viewer forbids it, nothing is lost but the address */ }
  }
  function reset() {
    for (const name of fields) form.elements[name].value = "";
  }
  function update() {
    regroup();
    apply();
  }
  let timer = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => { update(); remember(); }, event.target.name === "text" ? 150 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-reset], [data-open], [data-filter]");
    if (target === null) return;
    if (target.matches("[data-open]")) return void openShown();
    event.preventDefault();
    reset();
    const { filter } = target.dataset;
    if (filter !== undefined) {
      form.elements[["unknown", "suppressed", "new"].includes(filter) ? "status" : "severity"].value = filter;
      if (form.elements.severity.value !== "") form.elements.status.value = "fail";
    }
    update();
    remember();
    if (filter !== undefined) goTo(byId("findings-h"));
  });
  const openLimit = 200;
  async function openShown() {
    const shown = findings.filter(({ item }) => !item.hidden);
    const some = shown.slice(0, openLimit);
    await Promise.all(some.map(({ item }) => fill(item)));
    for (const { item } of some) item.firstElementChild.open = true;
    say(some.length < shown.length ? "Opened the first " + openLimit + "; narrow the filter for the rest" : "Opened " + some.length);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    form.elements.text.focus();
  });

  /* Links to a finding open it, and lift a filter that would hide it. */
  function goTo(element) {
    element.scrollIntoView();
    element.focus({ preventScroll: true });
  }
  function follow() {
    const hash = decodeHash();
    const target = hash === "" ? null : byId(hash);
    const item = target?.matches(".group > ul > li") ? target : null;
    if (item !== null) {
      if (item.hidden) { reset(); update(); }
      item.firstElementChild.open = true;
      goTo(item.querySelector("summary"));
    } else if (target === null && hash.includes("=")) {
      const state = new URLSearchParams(hash);
      for (const name of [...fields, "group"]) if (state.has(name)) form.elements[name].value = state.get(name);
      if (form.elements.group.value === "") form.elements.group.value = "check";
      update();
      goTo(byId("findings-h"));
    }
  }
  function decodeHash() {
    const raw = location.hash.slice(1);
    if (raw.includes("=")) return raw;
    try { return decodeURIComponent(raw); } catch { return raw; }
  }
  addEventListener("hashchange", follow);
  if (location.hash !== "") follow();
  say(format.format(total) + (total === 1 ? " finding" : " findings"));

  /* The first search would have to read every line: that is done while nobody waits. */
  let read = 0;
  function readAhead(idle) {
    while (read < total && idle.timeRemaining() > 1) textOf(findings[read++]);
    if (read < total) requestIdleCallback(readAhead);
  }
  if ("requestIdleCallback" in window) requestIdleCallback(readAhead);
})();
`;
