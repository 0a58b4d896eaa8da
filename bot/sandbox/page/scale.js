// The arithmetic of charts: ticks a person can read, starting at zero, and numbers short enough for an axis.

const GROUPED = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 20 });

/** Round tick values that cover all `values` and always hold zero: a bar's length is its value. Whole values get whole ticks. */
export function ticksFor(values, wanted = 5) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  if (low === high) return [0, 1];
  const step = niceStep((high - low) / wanted, values.every(Number.isInteger));
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step).map((value) => Number(value.toPrecision(12)));
}

function niceStep(rough, whole) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const steps = [1, 2, 2.5, 5, 10].map((factor) => factor * power).filter((step) => !whole || step % 1 === 0);
  return steps.find((step) => rough <= step * (1 + 1e-9)) ?? 1;
}

/** `8,000`, `10k`, `2.5M`: an axis has little room. */
export function axisNumber(value) {
  const size = Math.abs(value);
  const units = [
    [1e9, "B"],
    [1e6, "M"],
    [1e4, "k"],
  ];
  const found = units.find(([from]) => size >= from);
  if (!found) return fullNumber(value);
  const divisor = found[1] === "k" ? 1000 : found[0];
  return `${fullNumber(Number((value / divisor).toPrecision(3)))}${found[1]}`;
}

/** All digits, grouped. */
export function fullNumber(value) {
  return GROUPED.format(value).replace("-", "−");
}

/** A whole number of percent, or one decimal below ten. */
export function share(value, total) {
  const percent = (value / total) * 100;
  return `${percent >= 10 ? Math.round(percent) : Number(percent.toFixed(1))} %`;
}
