import { useTranslations } from "use-intl";
import { Select } from "../kit/select.tsx";
import type { SortColumn, SortOrder } from "./entry-order.ts";

/** Sorting where there are no column headings. Choosing the same column again turns the order round. */
export function SortMenu({
  sort,
  onSortChange,
}: {
  readonly sort: SortOrder;
  readonly onSortChange: (sort: SortOrder) => void;
}) {
  const t = useTranslations("files");
  const options = columns.map((value) => ({ value, label: t(`columns.${value}`) }));
  return (
    <Select
      compact
      label={t("sortBy")}
      options={options}
      value={sort.column}
      onChange={(column) => {
        const isSame = column === sort.column && sort.direction === "ascending";
        onSortChange({ column, direction: isSame ? "descending" : "ascending" });
      }}
    />
  );
}

const columns: readonly SortColumn[] = ["name", "modified", "size"];
