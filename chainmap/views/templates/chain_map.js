(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var svg = document.getElementById("map");
  if (!svg) { return; }
  var stage = document.getElementById("stage");
  var panel = document.getElementById("panel");
  var panelSwitch = document.getElementById("panel-switch");
  var overview = document.getElementById("overview");
  var heads = document.getElementById("heads");
  var found = document.getElementById("found");
  var search = document.getElementById("search");
  var cards = list(svg.querySelectorAll(".card"));
  var paths = list(svg.querySelectorAll(".link"));
  var size = { w: data.size[0], h: data.size[1] };
  var view = { x: 0, y: 0, w: size.w, h: size.h };
  var touched = false;
  var chosen = -1;

  function list(nodes) { return Array.prototype.slice.call(nodes); }
  function each(nodes, act) { list(nodes).forEach(act); }
  function mark(element, name, on) { if (on) { element.classList.add(name); } else { element.classList.remove(name); } }

  /* view: zoom, pan, fit */
  function box() {
    return { w: Math.max(50, svg.clientWidth || stage.clientWidth - 24), h: Math.max(50, svg.clientHeight || stage.clientHeight - 10) };
  }
  function show() {
    svg.setAttribute("viewBox", [view.x, view.y, view.w, view.h].join(" "));
    heads.setAttribute("transform", "translate(0 " + Math.max(0, view.y) + ")");
  }
  function within(at, shown, all) { return shown >= all ? (shown - all) / -2 * (all === size.w ? 1 : 0) : Math.max(0, Math.min(at, all - shown)); }
  function fit() {
    var room = box();
    var scale = Math.min(room.w / size.w, room.h / size.h, 1.5);
    /* Small letters serve nobody: rather fit the width and let the wheel move the rest. */
    if (scale < 0.86) { scale = Math.max(Math.min(room.w / size.w, 1), 0.7); }
    view.w = room.w / scale;
    view.h = room.h / scale;
    view.x = within(0, view.w, size.w);
    view.y = 0;
    touched = false;
    show();
  }
  function zoom(factor, cx, cy) {
    var room = box();
    var scale = Math.min(4, Math.max(0.15, room.w / view.w * factor));
    var px = cx === undefined ? 0.5 : cx, py = cy === undefined ? 0.5 : cy;
    var w = room.w / scale, h = room.h / scale;
    view.x += (view.w - w) * px;
    view.y += (view.h - h) * py;
    view.w = w;
    view.h = h;
    touched = true;
    show();
  }
  function reveal(card) {
    var place = /translate\(([-\d.]+)[ ,]([-\d.]+)\)/.exec(card.getAttribute("transform"));
    var face = card.querySelector(".face");
    var x = +place[1], y = +place[2] + 54, w = +face.getAttribute("width"), h = +face.getAttribute("height");
    var covered = panel.classList.contains("off") || getComputedStyle(panel).position !== "absolute" ? 0 : panel.offsetWidth * view.w / box().w;
    if (x < view.x) { view.x = x - 20; }
    if (x + w > view.x + view.w - covered) { view.x = x + w - view.w + covered + 20; }
    if (y - 54 < view.y) { view.y = y - 74; }
    if (y + h > view.y + view.h) { view.y = y + h - view.h + 20; }
    show();
  }

  /* what is connected */
  /* A loop (link[2]) is shown but not walked through: else everything is upstream of everything. */
  function reach(start, forward) {
    var seen = {}, links = {}, queue = [start], k, link, here, there;
    seen[start] = true;
    while (queue.length) {
      here = queue.shift();
      for (k = 0; k < data.links.length; k += 1) {
        link = data.links[k];
        if (link[forward ? 0 : 1] === here) {
          links[k] = true;
          there = link[forward ? 1 : 0];
          if (!seen[there]) {
            seen[there] = true;
            if (!link[2]) { queue.push(there); }
          }
        }
      }
    }
    return { cards: seen, links: links };
  }
  function paint(keep, up, down) {
    cards.forEach(function (card, k) {
      mark(card, "faded", keep !== null && !keep[k]);
      mark(card, "chosen", k === chosen);
      card.setAttribute("aria-pressed", k === chosen ? "true" : "false");
    });
    paths.forEach(function (path, k) {
      var isUp = !!(up && up[k]), isDown = !!(down && down[k]);
      mark(path, "up", isUp);
      mark(path, "down", isDown && !isUp);
      mark(path, "faded", keep !== null && !isUp && !isDown && (!!up || !(keep[data.links[k][0]] && keep[data.links[k][1]])));
    });
  }

  /* panel */
  function openPanel(section) {
    each(panel.querySelectorAll("section"), function (s) { s.hidden = s !== section; });
    panel.scrollTop = 0;
    if (section !== overview || chosen >= 0) { togglePanel(true); }
  }
  function togglePanel(on) {
    mark(panel, "off", !on);
    panelSwitch.setAttribute("aria-expanded", on ? "true" : "false");
    if (!touched) { fit(); }
  }
  function choose(k, focus) {
    var up = reach(k, false), down = reach(k, true), keep = {}, key;
    for (key in up.cards) { keep[key] = true; }
    for (key in down.cards) { keep[key] = true; }
    chosen = k;
    clearHits();
    pressed(null);
    paint(keep, up.links, down.links);
    openPanel(document.getElementById("p" + k));
    reveal(cards[k]);
    if (focus) { cards[k].focus(); }
  }
  function chooseFirm(c) {
    var section = document.getElementById("c" + c), keep = {};
    section.getAttribute("data-cards").split(",").forEach(function (k) { keep[k] = true; });
    chosen = -1;
    clearHits();
    pressed(null);
    paint(keep, null, null);
    openPanel(section);
  }
  function reset() {
    chosen = -1;
    search.value = "";
    clearHits();
    pressed(null);
    paint(null, null, null);
    openPanel(overview);
    fit();
  }

  /* filters and search */
  function pressed(button) {
    each(document.querySelectorAll("#filters [data-filter]"), function (b) { b.setAttribute("aria-pressed", b === button ? "true" : "false"); });
  }
  function clearHits() { cards.forEach(function (card) { mark(card, "hit", false); }); found.textContent = ""; }
  function tell(n) { found.textContent = n ? found.getAttribute("data-some").replace("%n", n) : found.getAttribute("data-none"); }
  function filter(button) {
    var name = button.getAttribute("data-filter"), on = button.getAttribute("aria-pressed") !== "true", keep = {}, n = 0;
    chosen = -1;
    search.value = "";
    clearHits();
    pressed(on ? button : null);
    if (!on) { paint(null, null, null); return; }
    cards.forEach(function (card, k) {
      if ((" " + card.getAttribute("data-f") + " ").indexOf(" " + name + " ") >= 0) { keep[k] = true; n += 1; }
    });
    paint(keep, null, null);
    tell(n);
  }
  function hits() {
    var words = search.value.toLowerCase().replace(/^\s+|\s+$/g, ""), result = [];
    if (!words) { return null; }
    cards.forEach(function (card, k) {
      if (document.getElementById("p" + k).getAttribute("data-words").indexOf(words) >= 0) { result.push(k); }
    });
    return result;
  }
  function find() {
    var result = hits(), keep = {};
    chosen = -1;
    pressed(null);
    clearHits();
    if (!result) { paint(null, null, null); return; }
    result.forEach(function (k) { keep[k] = true; mark(cards[k], "hit", true); });
    paint(keep, null, null);
    tell(result.length);
  }

  /* export */
  function whole() {
    var copy = svg.cloneNode(true), style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = document.querySelectorAll("style")[2].textContent;
    copy.insertBefore(style, copy.firstChild);
    copy.setAttribute("viewBox", "-12 -12 " + (size.w + 36) + " " + (size.h + 24));
    copy.setAttribute("width", Math.ceil(size.w + 36));
    copy.setAttribute("height", Math.ceil(size.h + 24));
    copy.querySelector("#heads").removeAttribute("transform");
    each(copy.querySelectorAll("[tabindex]"), function (e) { e.removeAttribute("tabindex"); });
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(copy);
  }
  function save(blob, name) {
    var url = URL.createObjectURL(blob), link = document.createElement("a");
    link.href = url;
    link.download = name.replace(/[\\\/:*?"<>|\s]+/g, "_");
    document.body.appendChild(link);
    link.click();
    document.body.removeChild(link);
    setTimeout(function () { URL.revokeObjectURL(url); }, 10000);
  }
  function savePng() {
    var image = new Image(), canvas = document.createElement("canvas");
    var scale = Math.min(2, 16000 / Math.max(size.w, size.h));
    image.onload = function () {
      var ink = canvas.getContext("2d");
      canvas.width = Math.ceil((size.w + 36) * scale);
      canvas.height = Math.ceil((size.h + 24) * scale);
      ink.fillStyle = "#fff";
      ink.fillRect(0, 0, canvas.width, canvas.height);
      ink.drawImage(image, 0, 0, canvas.width, canvas.height);
      if (canvas.toBlob) { canvas.toBlob(function (blob) { save(blob, data.file + ".png"); }, "image/png"); }
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(whole());
  }

  /* wiring */
  function up(target, test) {
    while (target && target !== document) {
      if (target.getAttribute && target.getAttribute(test) !== null) { return target; }
      target = target.parentNode;
    }
    return null;
  }
  var drag = null;
  svg.addEventListener("mousedown", function (e) {
    if (e.button === 0) { drag = { x: e.clientX, y: e.clientY, vx: view.x, vy: view.y, moved: false }; }
  });
  window.addEventListener("mousemove", function (e) {
    var room;
    if (!drag) { return; }
    if (!drag.moved && Math.abs(e.clientX - drag.x) + Math.abs(e.clientY - drag.y) < 5) { return; }
    room = box();
    drag.moved = true;
    touched = true;
    svg.classList.add("moving");
    view.x = drag.vx - (e.clientX - drag.x) * view.w / room.w;
    view.y = drag.vy - (e.clientY - drag.y) * view.h / room.h;
    show();
  });
  window.addEventListener("mouseup", function () {
    svg.classList.remove("moving");
    setTimeout(function () { drag = null; }, 0);
  });
  svg.addEventListener("wheel", function (e) {
    var rect = svg.getBoundingClientRect();
    var unit = e.deltaMode === 1 ? 32 : 1;
    e.preventDefault();
    if (e.ctrlKey || e.metaKey) {
      zoom(e.deltaY < 0 ? 1.12 : 1 / 1.12, (e.clientX - rect.left) / rect.width, (e.clientY - rect.top) / rect.height);
      return;
    }
    touched = true;
    view.x = within(view.x + (e.shiftKey ? e.deltaY : e.deltaX) * unit * view.w / rect.width, view.w, size.w);
    view.y = within(view.y + (e.shiftKey ? 0 : e.deltaY) * unit * view.h / rect.height, view.h, size.h + 20);
    show();
  }, { passive: false });
  svg.addEventListener("click", function (e) {
    var chip, card;
    if (drag && drag.moved) { return; }
    chip = up(e.target, "data-c");
    card = up(e.target, "data-k");
    if (chip) { chooseFirm(chip.getAttribute("data-c")); } else if (card) { choose(+card.getAttribute("data-k")); } else if (chosen >= 0) { chosen = -1; paint(null, null, null); openPanel(overview); }
  });
  svg.addEventListener("keydown", function (e) {
    var card = up(e.target, "data-k");
    if (card && (e.key === "Enter" || e.key === " " || e.keyCode === 13 || e.keyCode === 32)) {
      e.preventDefault();
      choose(+card.getAttribute("data-k"));
    }
  });
  svg.addEventListener("focusin", function (e) {
    var card = up(e.target, "data-k");
    if (card && !drag) { reveal(card); }
  });
  panel.addEventListener("click", function (e) {
    var go = up(e.target, "data-go"), firm = up(e.target, "data-firm");
    if (go) { choose(+go.getAttribute("data-go")); } else if (firm) { chooseFirm(firm.getAttribute("data-firm")); }
  });
  document.addEventListener("keydown", function (e) {
    if (e.key === "Escape" || e.keyCode === 27) { reset(); }
    if (e.target === search) { return; }
    if (e.key === "+" || e.key === "=") { zoom(1.2); }
    if (e.key === "-") { zoom(1 / 1.2); }
    if (e.key === "0") { fit(); }
    if (e.key === "/") { e.preventDefault(); search.focus(); }
  });
  each(document.querySelectorAll("#filters [data-filter]"), function (b) { b.addEventListener("click", function () { filter(b); }); });
  search.addEventListener("input", find);
  search.addEventListener("keydown", function (e) {
    var result;
    if (e.key === "Enter" || e.keyCode === 13) {
      result = hits();
      if (result && result.length) { choose(result[0], true); }
    }
  });
  function on(id, act) { document.getElementById(id).addEventListener("click", act); }
  on("reset", reset);
  on("zoom-in", function () { zoom(1.25); });
  on("zoom-out", function () { zoom(0.8); });
  on("zoom-fit", fit);
  on("save-svg", function () { save(new Blob([whole()], { type: "image/svg+xml" }), data.file + ".svg"); });
  on("save-png", savePng);
  on("print", function () { window.print(); });
  on("panel-close", function () { togglePanel(false); });
  on("panel-switch", function () { togglePanel(panel.classList.contains("off")); });
  window.addEventListener("resize", function () { if (!touched) { fit(); } else { zoom(1); } });
  var before = null;
  window.addEventListener("beforeprint", function () {
    before = { x: view.x, y: view.y, w: view.w, h: view.h };
    view = { x: -6, y: -2, w: size.w + 30, h: size.h + 8 };
    show();
  });
  window.addEventListener("afterprint", function () { if (before) { view = before; show(); } });
  /* The panel may stand open from the start where the map stays readable beside it. */
  togglePanel(window.innerWidth > 1500 && Math.min((window.innerWidth - 372) / size.w, (window.innerHeight - 170) / size.h * 1.3) > 0.8);
  fit();
}());
