// A field between its Text and its Formula mode: pills and texts are rewritten at once, as the server does
// where this does not run (simulator/domain/editing/modes.py).

const PILL = String.raw`_(?:dp)?\('(?:[^'\\]|\\.)*'\)`;
const PILL_IN_TEXT = new RegExp(String.raw`#\{\s*(${PILL})\s*\}`, "g");
const PILL_IN_FORMULA = new RegExp(String.raw`(?<!#\{)${PILL}`, "g");
const PIECE = new RegExp(String.raw`\s*(?:(${PILL})|("(?:[^"\\#]|\\.|#(?!\{))*"))\s*(?:\+|$)`, "y");

const toFormula = (text) => {
  const pieces = text.split(PILL_IN_TEXT);
  if (pieces.length === 1) return text;
  return pieces
    .map((piece, at) => (at % 2 ? piece : piece && `"${piece.replace(/(["\\]|#(?=\{))/g, "\\$1")}"`))
    .filter(Boolean)
    .join(" + ");
};

const toText = (formula) => {
  let found = "";
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < formula.length) {
    const piece = PIECE.exec(formula);
    if (!piece) return formula.replace(PILL_IN_FORMULA, (pill) => `#{${pill}}`);
    found += piece[1] ? `#{${piece[1]}}` : piece[2].slice(1, -1).replace(/\\(.)/gs, "$1");
  }
  return found;
};

for (const form of document.querySelectorAll("form[data-pills]")) {
  form.addEventListener("change", ({ target: radio }) => {
    if (!radio.name?.startsWith("mode:")) return;
    const field = radio.closest(".input").querySelector("textarea");
    field.value = radio.value === "formula" ? toFormula(field.value) : toText(field.value);
  });
  // As exports and formulas are pasted: the first character says the mode.
  form.addEventListener("input", ({ target: field }) => {
    const formula = field.closest(".input")?.querySelector("[name^='mode:'][value=formula]");
    if (!formula || !field.matches("textarea") || !field.value.startsWith("=")) return;
    formula.checked = true;
    field.setRangeText("", 0, 1, "preserve");
  });
}
