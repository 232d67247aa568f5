(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var holder = document.getElementById("net");
  var panel = document.getElementById("panel");
  var panelSwitch = document.getElementById("panel-switch");
  var overview = document.getElementById("overview");
  var search = document.getElementById("search");
  var found = document.getElementById("found");
  var font = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif';
  var nodes = new vis.DataSet(data.nodes);
  var edges = new vis.DataSet(data.edges.map(function (edge, k) { edge.id = k; return edge; }));
  var network = new vis.Network(holder, { nodes: nodes, edges: edges }, {
    physics: false,
    layout: { improvedLayout: false },
    edges: { smooth: false, arrows: { to: { scaleFactor: 0.55 } }, selectionWidth: 1.5, hoverWidth: 0.5 },
    nodes: { font: { face: font }, margin: { top: 6, bottom: 6, left: 9, right: 9 }, widthConstraint: { minimum: 150, maximum: 176 } },
    interaction: { hover: true, tooltipDelay: 120, dragNodes: false, keyboard: { enabled: true, bindToWindow: false }, multiselect: false }
  });
  window.chainmapNetwork = network;

  function each(list, act) { Array.prototype.slice.call(list).forEach(act); }
  function on(id, act) { document.getElementById(id).addEventListener("click", act); }

  network.on("beforeDrawing", function (ink) {
    ink.textBaseline = "middle";
    data.columns.forEach(function (column) {
      ink.fillStyle = column.centre ? "#eef3fb" : "#f6f8fb";
      ink.fillRect(column.x, -6, column.width, data.height + 12);
      ink.fillStyle = column.centre ? "#10294d" : "#3d5a86";
      ink.fillRect(column.x, -46, column.width, 32);
      ink.fillStyle = "#fff";
      ink.font = "bold 15px " + font;
      ink.textAlign = "center";
      ink.fillText(column.name, column.x + column.width / 2, -29);
    });
  });

  function fit() {
    var last = data.columns[data.columns.length - 1];
    var width = last.x + last.width - data.columns[0].x + 40, height = data.height + 90;
    var scale = Math.min(holder.clientWidth / width, holder.clientHeight / height, 1.4);
    scale = Math.max(scale, Math.min(0.55, holder.clientWidth / width));
    network.moveTo({
      position: {
        x: data.columns[0].x + (width - 40) / 2,
        y: Math.min(data.height / 2 - 20, holder.clientHeight / scale / 2 - 62)
      },
      scale: scale
    });
  }
  function near(k) {
    var keep = {};
    keep[k] = true;
    network.getConnectedNodes(k).forEach(function (other) { keep[other] = true; });
    return keep;
  }
  function fade(keep) {
    nodes.update(data.nodes.map(function (node) { return { id: node.id, opacity: !keep || keep[node.id] ? 1 : 0.18 }; }));
    edges.update(data.edges.map(function (edge) {
      return { id: edge.id, color: { color: edge.color, opacity: !keep || (keep[edge.from] && keep[edge.to]) ? 1 : 0.1 } };
    }));
  }
  function open(section) {
    each(panel.querySelectorAll("section"), function (s) { s.hidden = s !== section; });
    panel.scrollTop = 0;
    if (section !== overview) { toggle(true); }
  }
  function toggle(on) {
    if (on) { panel.classList.remove("off"); } else { panel.classList.add("off"); }
    panelSwitch.setAttribute("aria-expanded", on ? "true" : "false");
  }
  function choose(k) {
    network.selectNodes([k]);
    fade(near(k));
    open(document.getElementById("p" + k));
  }
  function reset() {
    network.unselectAll();
    search.value = "";
    found.textContent = "";
    fade(null);
    open(overview);
    fit();
  }
  network.on("selectNode", function (event) { choose(event.nodes[0]); });
  network.on("deselectNode", function (event) { if (!event.nodes.length) { fade(null); open(overview); } });
  panel.addEventListener("click", function (event) {
    var target = event.target, go = target.getAttribute("data-go");
    if (go !== null) {
      choose(+go);
      network.moveTo({ position: network.getPosition(+go) });
    }
  });
  search.addEventListener("input", function () {
    var words = search.value.toLowerCase().replace(/^\s+|\s+$/g, ""), keep = {}, n = 0;
    network.unselectAll();
    if (!words) { fade(null); found.textContent = ""; return; }
    data.words.forEach(function (text, k) { if (text.indexOf(words) >= 0) { keep[k] = true; n += 1; } });
    fade(keep);
    found.textContent = n ? found.getAttribute("data-some").replace("%n", n) : found.getAttribute("data-none");
  });
  search.addEventListener("keydown", function (event) {
    var words = search.value.toLowerCase().replace(/^\s+|\s+$/g, ""), k;
    if (event.keyCode !== 13 || !words) { return; }
    for (k = 0; k < data.words.length; k += 1) {
      if (data.words[k].indexOf(words) >= 0) {
        choose(k);
        network.moveTo({ position: network.getPosition(k) });
        return;
      }
    }
  });
  document.addEventListener("keydown", function (event) { if (event.keyCode === 27) { reset(); } });
  on("reset", reset);
  on("zoom-fit", fit);
  on("zoom-in", function () { network.moveTo({ scale: network.getScale() * 1.25 }); });
  on("zoom-out", function () { network.moveTo({ scale: network.getScale() * 0.8 }); });
  on("print", function () { window.print(); });
  on("panel-close", function () { toggle(false); });
  on("panel-switch", function () { toggle(panel.classList.contains("off")); });
  on("save-png", function () {
    var canvas = holder.querySelector("canvas"), copy = document.createElement("canvas"), ink, link;
    copy.width = canvas.width;
    copy.height = canvas.height;
    ink = copy.getContext("2d");
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, copy.width, copy.height);
    ink.drawImage(canvas, 0, 0);
    copy.toBlob(function (blob) {
      var url = URL.createObjectURL(blob);
      link = document.createElement("a");
      link.href = url;
      link.download = data.file.replace(/[\\\/:*?"<>|\s]+/g, "_") + ".png";
      document.body.appendChild(link);
      link.click();
      document.body.removeChild(link);
      setTimeout(function () { URL.revokeObjectURL(url); }, 10000);
    }, "image/png");
  });
  toggle(window.innerWidth > 1500);
  fit();
  window.addEventListener("resize", fit);
}());
