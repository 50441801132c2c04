import Table from "cli-table3";

/** A table for people: columns, no lines. */
export function tableText(head: string[], rows: string[][]): string {
  const table = new Table({ head, style: { head: [], border: [] }, chars: noRules });
  table.push(...rows);
  return table.toString();
}

const noRules = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", right: "", "right-mid": "", mid: "", "mid-mid": "", middle: " " },
};
