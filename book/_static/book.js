/* Charts that follow the theme and the page's width, their data as tables, and the claims' filter. */
(() => {
  "use strict";

  const NARROW = 560;
  const ROWS = 200;
  /* The charts' colors in light mode, and the variable that holds each for the mode shown. */
  const COLORS = {
    "#d55e00": "--measured",
    "#0072b2": "--derived",
    "#009e73": "--simulated",
    "#7b5ea7": "--published",
    "#b8860b": "--ocher",
    "#2a8fbd": "--sky",
    "#c2569b": "--rose",
    "#6b6b6b": "--gray",
    "#888888": "--gray",
    white: "--on-fill",
  };

  const copy = (value) => JSON.parse(JSON.stringify(value));

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /* ---- the theme's colors ---- */

  function themeColors() {
    const style = getComputedStyle(document.documentElement);
    return (name) => style.getPropertyValue(name).trim();
  }

  /* A color of the book's palette becomes that of the mode shown; data stays. */
  function recolor(part, color) {
    if (Array.isArray(part)) return part.map((item) => recolor(item, color));
    if (part && typeof part === "object") {
      return Object.fromEntries(
        Object.entries(part).map(([key, value]) => [
          key,
          key === "datasets" || key === "values" ? value : recolor(value, color),
        ]),
      );
    }
    const variable = typeof part === "string" && COLORS[part.toLowerCase()];
    return variable ? color(variable) : part;
  }

  function themed(spec, color) {
    const result = recolor(spec, color);
    const text = color("--book-ink");
    const muted = color("--book-muted");
    const rule = color("--book-rule");
    const config = (result.config = result.config || {});
    const set = (name, values) => (config[name] = { ...config[name], ...values });
    config.background = "transparent";
    config.font = getComputedStyle(document.body).fontFamily;
    set("axis", { labelColor: muted, titleColor: text, gridColor: rule, tickColor: rule, domainColor: rule });
    set("legend", { labelColor: text, titleColor: text });
    set("header", { labelColor: text, titleColor: text });
    set("title", { color: text, subtitleColor: muted });
    set("text", { color: text });
    set("view", { stroke: null });
    for (const mark of ["rule", "tick"]) set(mark, { color: text, ...(config[mark] || {}) });
    return result;
  }

  /* ---- the page's width ---- */

  function distinct(spec, field, inherited) {
    const data = spec.data || inherited || {};
    const rows = data.values || (spec.datasets || {})[data.name] || [];
    return Math.max(1, new Set(rows.map((row) => row[field])).size);
  }

  /* Give every view a share of `width`; `slack` is what its axes take. Returns how many stand side by side. */
  function fit(spec, width, slack, root = spec) {
    const narrow = width < NARROW;
    if (spec.hconcat && narrow) {
      spec.vconcat = spec.hconcat;
      delete spec.hconcat;
    }
    if (spec.hconcat) {
      const share = width / spec.hconcat.length;
      spec.hconcat.forEach((view) => fit(view, share, slack, root));
      return spec.hconcat.length;
    }
    if (spec.vconcat) return Math.max(...spec.vconcat.map((view) => fit(view, width, slack, root)));
    if (spec.concat) {
      const columns = narrow ? 1 : Math.min(spec.columns || spec.concat.length, spec.concat.length);
      spec.columns = columns;
      spec.concat.forEach((view) => fit(view, width / columns, slack, root));
      return columns;
    }
    if (spec.repeat && spec.spec) {
      const list = Array.isArray(spec.repeat) ? spec.repeat : spec.repeat.column || [0];
      const columns = narrow && Array.isArray(spec.repeat) ? 1 : Math.min(spec.columns || list.length, list.length);
      if (Array.isArray(spec.repeat)) spec.columns = columns;
      fit(spec.spec, width / columns, slack, root);
      return columns;
    }
    if (spec.facet && spec.spec) {
      const columns = facetColumns(spec, spec, narrow, root);
      fit(spec.spec, width / columns, slack, root);
      return columns;
    }
    const encoding = spec.encoding || {};
    let columns = 1;
    if (encoding.column || encoding.facet) columns = facetColumns(spec, encoding, narrow, root);
    if (spec.width && typeof spec.width === "object" && spec.width.step) return columns;
    spec.width = Math.max(70, Math.floor(width / columns - slack));
    return columns;
  }

  function facetColumns(spec, holder, narrow, root) {
    const across = holder.column || (holder.facet && holder.facet.column);
    if (across) {
      if (!narrow || holder.row || (holder.facet && holder.facet.row)) {
        return distinct({ ...spec, datasets: root.datasets }, across.field, root.data);
      }
      if (holder.column) {
        holder.facet = across;
        delete holder.column;
      } else {
        holder.facet = across;
      }
    }
    if (holder.facet && holder.facet.row) return 1;
    const target = holder === spec ? spec : holder.facet;
    const count = distinct({ ...spec, datasets: root.datasets }, holder.facet.field, root.data);
    target.columns = narrow ? 1 : Math.min(target.columns || count, count);
    return target.columns;
  }

  function isSingle(spec) {
    const encoding = spec.encoding || {};
    const steps = [spec.width, spec.height].some((size) => size && typeof size === "object");
    return (spec.mark || spec.layer) && !encoding.column && !encoding.facet && !encoding.row && !steps;
  }

  function sized(original, width) {
    const spec = copy(original);
    if (isSingle(spec)) {
      spec.width = width;
      spec.autosize = { type: "fit-x", contains: "padding" };
      return { spec, columns: 1, single: true };
    }
    return { spec, columns: fit(spec, width, 60), single: false };
  }

  /* ---- one chart ---- */

  class Chart {
    constructor(host) {
      this.host = host;
      this.spec = JSON.parse(host.querySelector("script").textContent);
      const label = this.spec.description || "Chart";
      this.controls = element("div", { class: "chart-controls" });
      this.drawing = element("div"); /* Vega makes it a graphics-document with the description */
      this.view = element("div", { class: "chart-view", tabindex: "0", role: "region", "aria-label": `Chart: ${label}` }, this.drawing);
      this.width = 0;
      host.append(this.controls, this.view, this.data());
    }

    room() {
      return Math.floor(this.host.clientWidth);
    }

    async draw() {
      const width = (this.width = this.room());
      const color = themeColors();
      const kept = this.signals();
      let { spec, columns, single } = sized(this.spec, width);
      let result = await this.embed(themed(spec, color));
      const excess = this.view.querySelector("svg").getBoundingClientRect().width - width;
      if (!single && (excess > 0.5 || excess < -24)) {
        spec = copy(this.spec);
        fit(spec, width, 60 + Math.ceil(excess / columns) + 1);
        result = await this.embed(themed(spec, color));
      }
      this.result = result;
      for (const [name, value] of Object.entries(kept)) result.view.signal(name, value);
      await result.view.runAsync();
      this.host.classList.add("drawn");
      this.label();
    }

    async embed(spec) {
      if (this.result) this.result.finalize();
      this.controls.replaceChildren();
      delete spec.$schema; /* it names Vega-Lite 5; 6 draws it the same, but warns */
      this.result = await window.vegaEmbed(this.drawing, spec, {
        mode: "vega-lite",
        renderer: "svg",
        actions: false,
        defaultStyle: false,
        bind: this.controls,
        tooltip: { theme: document.documentElement.dataset.theme === "dark" ? "dark" : "light" },
      });
      return this.result;
    }

    /* The values that the reader set, by the name of the parameter. */
    signals() {
      if (!this.result) return {};
      const bound = (this.result.vgSpec.signals || []).filter((signal) => signal.bind);
      return Object.fromEntries(bound.map(({ name }) => [name, this.result.view.signal(name)]));
    }

    label() {
      this.controls.hidden = !this.controls.querySelector("input, select");
      for (const input of this.controls.querySelectorAll("input, select")) {
        const name = input.closest(".vega-bind").querySelector(".vega-bind-name");
        if (name) input.setAttribute("aria-label", name.textContent.trim());
      }
    }

    data() {
      const place = element("div", { class: "chart-tables", tabindex: "0", role: "region", "aria-label": "Data of the chart above" });
      const details = element("details", { class: "chart-data" }, element("summary", {}, "Data"), place);
      details.addEventListener("toggle", () => {
        if (details.open && !place.hasChildNodes()) place.append(...this.tables());
      });
      return details;
    }

    tables() {
      const sources = this.result.vgSpec.data.filter(
        ({ values }) => Array.isArray(values) && values.some((row) => Object.keys(row).length),
      );
      return sources.map(({ values }) => dataTable(values));
    }
  }

  function dataTable(rows) {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const cell = (value) => {
      if (value === null || value === undefined) return element("td", {}, "");
      if (typeof value !== "number") return element("td", {}, String(value));
      return element("td", { class: "number" }, String(Number(value.toPrecision(5))));
    };
    const shown = rows.slice(0, ROWS);
    const table = element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...shown.map((row) => element("tr", {}, ...columns.map((name) => cell(row[name]))))),
    );
    if (rows.length > ROWS) table.prepend(element("caption", {}, `The first ${ROWS} of ${rows.length} rows.`));
    return table;
  }

  async function drawCharts() {
    const hosts = [...document.querySelectorAll("div.chart")];
    if (!hosts.length || !window.vegaEmbed) return;
    const charts = hosts.map((host) => new Chart(host));
    /* One drawing at a time: a redraw that is asked for meanwhile follows. */
    let queue = Promise.resolve();
    const redraw = (wanted) => {
      queue = queue.then(async () => {
        for (const chart of charts.filter(wanted)) await chart.draw().catch(console.error);
      });
      return queue;
    };
    await redraw(() => true);
    let theme = document.documentElement.dataset.theme;
    new MutationObserver(() => {
      if (document.documentElement.dataset.theme === theme) return;
      theme = document.documentElement.dataset.theme;
      redraw(() => true);
    }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    let waiting;
    new ResizeObserver(() => {
      clearTimeout(waiting);
      waiting = setTimeout(() => redraw((chart) => chart.room() && chart.room() !== chart.width), 120);
    }).observe(document.querySelector("article") || document.body);
  }

  /* ---- the claims page: filter by kind ---- */

  function filterClaims() {
    for (const table of document.querySelectorAll("table.claims")) {
      const rows = [...table.tBodies[0].rows];
      const kindOf = (row) => [...row.classList].find((name) => name.startsWith("row-") && !/^row-(odd|even)$/.test(name)).slice(4);
      const kinds = [...new Set(rows.map(kindOf))];
      const count = element("span", { class: "filter-count", role: "status" });
      const bar = element("div", { class: "filter", role: "group", "aria-label": "Show claims of one kind" });
      const show = (kind) => {
        for (const row of rows) row.hidden = kind !== "all" && kindOf(row) !== kind;
        for (const button of bar.querySelectorAll("button")) {
          button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
        }
        const shown = rows.filter((row) => !row.hidden).length;
        count.textContent = shown === rows.length ? `${shown} claims` : `${shown} of ${rows.length} claims`;
      };
      for (const kind of ["all", ...kinds]) {
        const button = element("button", { type: "button", "data-kind": kind, class: `kind kind-${kind}` }, kind);
        button.addEventListener("click", () => show(kind));
        bar.append(button);
      }
      bar.append(count);
      (table.closest(".pst-scrollable-table-container") || table).before(bar);
      show("all");
    }
  }

  /* ---- names for the theme's unnamed parts, and keys for what scrolls sideways ---- */

  function nameFolds() {
    for (const summary of document.querySelectorAll(".bd-sidebar-primary details > summary")) {
      const link = summary.closest("li").querySelector("a");
      summary.setAttribute("aria-label", `Pages of ${link.textContent.trim()}`);
    }
  }

  function reachable() {
    const boxes = document.querySelectorAll(".cell_output .text_html, .pst-scrollable-table-container, div.math, .cell_output pre");
    for (const box of boxes) {
      if (box.scrollWidth <= box.clientWidth || box.hasAttribute("tabindex")) continue;
      box.setAttribute("tabindex", "0");
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", "Wide content: scroll sideways");
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    nameFolds();
    filterClaims();
    reachable();
    window.addEventListener("load", reachable);
    window.addEventListener("resize", reachable);
    drawCharts();
  });
})();
