// Draw the charts. Their colours are variables of the page, so that they follow it without being drawn again.

const DIMENSIONS = ["topic", "sentiment", "nature", "area", "source", "period", "thread"];
const PANEL = { width: 250, gap: 30, labels: 40 };

function drawCharts() {
  const specs = JSON.parse(document.getElementById("specs").textContent);
  for (const place of document.querySelectorAll("[data-chart]")) {
    drawChart(place, specs[place.dataset.chart]);
  }
}

async function drawChart(place, spec) {
  if (spec.facet) fitPanels(spec, place.clientWidth);
  try {
    // `ast`: Vega's own interpreter of expressions, so that no text is run as code and the policy can forbid it.
    const { view } = await vegaEmbed(place, spec, {
      ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: showTip,
    });
    view.addEventListener("click", (event, item) => openMark(item, place));
    if (!spec.facet) {
      await fit(view, place);
      new ResizeObserver(() => fit(view, place)).observe(place);
    }
    place.dataset.drawn = "";
  } catch (error) {
    place.textContent = say("no_chart");
    console.error(error);
  }
}

// As many panels side by side as there is room for.
function fitPanels(spec, width) {
  const room = width - PANEL.labels;
  spec.columns = Math.max(1, Math.floor(room / PANEL.width));
  spec.spec.width = Math.floor(room / spec.columns - PANEL.gap);
}

// Let the chart be as wide as its place: labels take what they need, the rest is the plot's.
async function fit(view, place) {
  const width = place.clientWidth;
  if (!width || Math.abs(width - (Number(place.dataset.width) || 0)) < 4) return;
  place.dataset.width = width;
  const drawn = Number(place.querySelector("svg").getAttribute("width"));
  await view.width(Math.max(150, width - (drawn - view.width()) - 1)).runAsync();
}

function openMark(item, place) {
  const datum = item?.datum;
  if (!datum) return;
  const known = DIMENSIONS.filter((name) => typeof datum[name] === "string" && !["all", "", "(merged)", "(missing)"].includes(datum[name]));
  const isHidden = known.some((name) => datum[name] === "(hidden)") || datum.told_n === "*";
  if (known.length && !isHidden) {
    openStatements(Object.fromEntries(known.map((name) => [name, datum[name]])), place, datum.n ?? null);
  }
}

function showTip(handler, event, item, value) {
  const tip = document.getElementById("tip");
  tip.hidden = value === null || value === undefined || value === "" || typeof value !== "object";
  if (tip.hidden) return;
  tip.replaceChildren(
    ...Object.entries(value).map(([name, text]) => {
      const line = document.createElement("div");
      for (const part of [name, text]) line.append(Object.assign(document.createElement("span"), { textContent: part }));
      return line;
    }),
  );
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 8))}px`;
  tip.style.top = `${event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 10 : event.clientY + 18}px`;
}
