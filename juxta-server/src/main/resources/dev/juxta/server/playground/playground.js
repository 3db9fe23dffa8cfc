"use strict";

// The playground: one form, one or two rankings beside each other. It talks to this server only.

const byId = (id) => document.getElementById(id);
const form = byId("form");
const EXAMPLE = {
  query: "How do I undo my last commit?",
  documents: [
    "git commit --amend changes the message of the last commit, or adds what is staged now to it.",
    "To undo the last commit but keep its changes staged, run git reset --soft HEAD~1.",
    "git log shows the commits that lead to the current one, newest first.",
    "A commit that others have already fetched is better undone by git revert, which adds a commit with the opposite changes.",
    "The committee met last week to undo a decision about the car park.",
  ],
};

/** Texts by blank lines if there are any, else by line. */
function documents() {
  const text = byId("documents").value.replace(/\r\n?/g, "\n");
  const parts = /\n[ \t]*\n/.test(text.trim()) ? text.split(/\n[ \t]*\n/) : text.split("\n");
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function headers() {
  const key = byId("key").value;
  return key === "" ? { "content-type": "application/json" }
    : { "content-type": "application/json", authorization: `Bearer ${key}` };
}

function body(model) {
  return {
    model,
    query: byId("query").value,
    documents: documents(),
    on_long: byId("on-long").value,
    ...(byId("explain").checked ? { explain: 5 } : {}),
  };
}

/** An answer of the server, or an error whose message is for people. */
async function ask(path, init) {
  let response;
  try {
    response = await fetch(path, init);
  } catch (failure) {
    throw new Error("The server does not answer; is it still running?");
  }
  if (response.status === 401) {
    byId("key-field").hidden = false;
  }
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch (failure) {
    throw new Error(`The server answered ${response.status}, and not in JSON`);
  }
  if (!response.ok) {
    throw new Error(answer?.error?.message ?? `The server answered ${response.status}`);
  }
  return answer;
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function loadModels() {
  try {
    const facts = await ask("/juxta/v1/models", { headers: headers() });
    const ranking = facts.models.filter((model) => model.ranks);
    for (const [select, kept] of [["model-a", []], ["model-b", [new Option("nothing", "")]]]) {
      byId(select).replaceChildren(...kept, ...ranking.map((model) => new Option(model.name, model.name)));
    }
    byId("version").textContent = `Juxta ${facts.version}`;
    problem("");
  } catch (failure) {
    problem(failure.message);
  }
}

function problem(message) {
  byId("problem").hidden = message === "";
  byId("problem").textContent = message;
}

/** The texts between marks that come in order, each with the marks that hold for it. Offsets count code points. */
function pieces(points, ranges) {
  const cuts = new Set([0, points.length, ...ranges.flatMap((range) => [range.begin, range.end])]);
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(0, -1).map((begin, i) => ({
    text: points.slice(begin, places[i + 1]).join(""),
    marks: ranges.filter((range) => range.begin <= begin && places[i + 1] <= range.end && range.begin < range.end),
  }));
}

/** A sentence by what the score loses without it: the more, the stronger its colour. */
function weighed(part, most) {
  const strength = most > 0 ? Math.abs(part.weight) / most : 0;
  return {
    begin: part.span[0], end: part.span[1],
    className: part.weight >= 0 ? "carries" : "opposes",
    strength,
    title: `without it the logit is ${Math.abs(part.weight).toFixed(3)} ${part.weight >= 0 ? "lower" : "higher"}`,
  };
}

/** What of a document was read and what was not, where its best passage lies, and what its sentences weigh. */
function textOf(text, result) {
  const paragraph = element("p", { className: "text", tabIndex: text.length > 600 ? 0 : -1 });
  const points = Array.from(text);
  const parts = result.parts ?? [];
  const most = Math.max(0, ...parts.map((part) => Math.abs(part.weight)));
  const best = parts.reduce((one, other) => (one === undefined || other.weight > one.weight ? other : one), undefined);
  const ranges = [
    ...(result.unread ?? []).map(([begin, end]) => ({ begin, end, className: "unread", title: "Cut off: the model has not read this" })),
    ...parts.map((part) => ({ ...weighed(part, most), best: part === best && part.weight > 0 })),
  ];
  if (result.unread === undefined && result.span !== undefined && (result.span[0] > 0 || result.span[1] < points.length)) {
    const [begin, end] = result.span;
    ranges.push(
      { begin: 0, end: begin, className: "beside", title: "Read in other windows, which score less" },
      { begin, end, className: "window", title: "The window that scored best" },
      { begin: end, end: points.length, className: "beside", title: "Read in other windows, which score less" });
  }
  for (const piece of pieces(points, ranges)) {
    if (piece.marks.length === 0) {
      paragraph.append(piece.text);
      continue;
    }
    const unread = piece.marks.some((mark) => mark.className === "unread");
    const marked = piece.marks.some((mark) => mark.className === "window" || mark.best);
    const made = element(unread ? "del" : marked ? "mark" : "span", {
      className: piece.marks.map((mark) => mark.className + (mark.best ? " best" : "")).join(" "),
      title: piece.marks.map((mark) => mark.title).join("; "),
    }, piece.text);
    const weight = piece.marks.find((mark) => mark.strength !== undefined);
    if (weight !== undefined) {
      made.style.setProperty("--strength", `${Math.round(70 * weight.strength)}%`);
    }
    paragraph.append(made);
  }
  return paragraph;
}

function badge(kind, text) {
  return element("span", { className: `badge ${kind}` }, text);
}

/** From which character on a document was not read. */
function cutAt(result) {
  const tail = (result.unread ?? []).at(-1);
  return tail === undefined ? "" : ` from character ${tail[0] + 1} on`;
}

/** How a document's place differs from its place in the other ranking. */
function move(result, others) {
  const other = others.get(result.index);
  if (other === undefined || other === result.rank) {
    return [];
  }
  const places = Math.abs(other - result.rank);
  return [other > result.rank ? badge("up", `▲ ${places}`) : badge("down", `▼ ${places}`)];
}

function ranking(answer, texts, others, reference) {
  const items = answer.results.map((result) => {
    const meter = element("meter", { min: 0, max: 1, value: result.sigmoid });
    meter.setAttribute("aria-label", `score ${result.score.toFixed(4)}`);
    const head = element("div", { className: "head" },
      element("span", { className: "place" }, `${result.rank}.`),
      element("span", { className: "value", title: `logit ${result.logit}` }, result.score.toFixed(4)),
      meter,
      badge("", `document ${result.index + 1}`),
      badge("", `${result.tokens} tokens`),
      ...(result.truncated > 0 ? [badge("cut", `${result.truncated} tokens cut off${cutAt(result)}`)] : []),
      ...(result.probability !== undefined ? [badge("", `relevant at ${Math.round(100 * result.probability)} %`)] : []),
      ...move(result, others));
    return element("li", {}, head, textOf(texts[result.index], result));
  });
  const times = answer.milliseconds;
  const model = answer.model;
  return element("section", {},
    element("h3", {}, reference ? model.name : `${model.name}, with moves against the other`),
    element("p", { className: "hint" },
      `${model.engine}, ${model.precision}, at most ${model.max_length} tokens. `
      + `${answer.tokens} tokens read, ${answer.truncated} cut off. `
      + `${times.reading.toFixed(1)} ms reading, ${times.waiting.toFixed(1)} ms waiting, ${times.computing.toFixed(1)} ms computing.`),
    ...noMatch(answer),
    element("ol", { className: "ranking" }, ...items));
}

function noMatch(answer) {
  const least = answer.model.no_match_below;
  const best = answer.results[0];
  return least !== undefined && best !== undefined && best.score < least
    ? [element("p", { className: "hint" }, `No document is a good match: this model's good ones begin at ${least.toFixed(4)}.`)]
    : [];
}

const places = (answer) => new Map(answer.results.map((result) => [result.index, result.rank]));

async function rank() {
  const texts = documents();
  if (byId("query").value.trim() === "" || texts.length === 0) {
    problem("Write a query, and at least one document.");
    return;
  }
  const models = [byId("model-a").value, byId("model-b").value].filter((name) => name !== "");
  const button = byId("rank");
  button.disabled = true;
  problem("");
  byId("status").textContent = "Ranking…";
  const start = performance.now();
  try {
    const answers = await Promise.all(models.map((model) =>
      ask("/juxta/v1/rank", { method: "POST", headers: headers(), body: JSON.stringify(body(model)) })));
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    byId("columns").classList.toggle("two", answers.length === 2);
    byId("columns").replaceChildren(...answers.map((answer, i) =>
      ranking(answer, texts, answers.length === 2 && i === 1 ? places(answers[0]) : new Map(), i === 0)));
    byId("status").textContent = `${texts.length} document${texts.length === 1 ? "" : "s"} ranked in ${seconds} s.`;
    byId("results").focus({ preventScroll: true });
  } catch (failure) {
    byId("columns").replaceChildren();
    byId("status").textContent = "";
    problem(failure.message);
  } finally {
    button.disabled = false;
  }
}

/** A text as one word of a POSIX shell. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl() {
  const key = byId("key").value === "" ? "" : " \\\n  -H 'Authorization: Bearer '\"$JUXTA_KEY\"";
  return `curl ${quoted(`${location.origin}/juxta/v1/rank`)} \\\n  -H 'Content-Type: application/json'${key} \\\n`
    + `  -d ${quoted(JSON.stringify(body(byId("model-a").value)))}`;
}

async function copyCurl() {
  const command = curl();
  try {
    await navigator.clipboard.writeText(command);
    byId("copied").textContent = "Copied.";
  } catch (failure) { // not over plain HTTP from another host, or not allowed
    byId("copied").textContent = "";
    window.prompt("Copy this:", command);
  }
}

function count() {
  const documentsNow = documents().length;
  byId("count").textContent = documentsNow === 0 ? "" : `${documentsNow} document${documentsNow === 1 ? "" : "s"}`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  rank();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    rank();
  }
});
byId("documents").addEventListener("input", count);
byId("key").addEventListener("change", loadModels);
byId("curl").addEventListener("click", copyCurl);
byId("example").addEventListener("click", () => {
  byId("query").value = EXAMPLE.query;
  byId("documents").value = EXAMPLE.documents.join("\n");
  count();
  rank();
});
loadModels();
