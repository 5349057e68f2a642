import { useFormatter } from "use-intl";

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Splits a size into a number and a unit of at most three digits (decimal units, as on most drives). */
export function chooseSizeUnit(sizeBytes: number): {
  readonly value: number;
  readonly unit: (typeof units)[number];
} {
  let value = sizeBytes;
  let index = 0;
  // 999.5 would be shown as 1000 of the smaller unit.
  while (value >= 999.5 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return { value, unit: units[index] ?? "byte" };
}

/** Formats a size in the reader's language: "3.4 MB", "3,4 Mo". */
export function useByteSize(): (sizeBytes: number) => string {
  const format = useFormatter();
  return (sizeBytes) => {
    const { value, unit } = chooseSizeUnit(sizeBytes);
    return format.number(value, {
      style: "unit",
      unit,
      unitDisplay: unit === "byte" ? "long" : "short",
      maximumFractionDigits: value < 10 && unit !== "byte" ? 1 : 0,
    });
  };
}
