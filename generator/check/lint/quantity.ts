/**
 * The number a Kubernetes quantity stands for (`250m` → 0.25, `1Gi` → 1073741824), or undefined for text that is none.
 * Source: k8s.io/apimachinery pkg/api/resource.
 */
export function parseQuantity(quantity: string | number | undefined): number | undefined {
  if (quantity === undefined || typeof quantity === "number") return quantity;
  const parts = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([KMGTPE])i|([numkMGTPE]))?$/.exec(quantity);
  if (parts === null) return undefined;
  const [, number = "", exponent = "", binary = "", decimal = ""] = parts;
  if (binary !== "") return Number(number) * 1024 ** (binaryUnits.indexOf(binary) + 1);
  // As an exponent, not by multiplication: 290m must be exactly 0.29.
  return Number(decimal === "" ? number + exponent : `${number}e${3 * (decimalUnits.indexOf(decimal) - 3)}`);
}

const binaryUnits = ["K", "M", "G", "T", "P", "E"];
const decimalUnits = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
