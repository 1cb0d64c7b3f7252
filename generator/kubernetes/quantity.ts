import { atoi, defineFunction, div, hasSuffix, mul, regexFind, when, type Block, type Expr } from "../dsl/index.ts";

/** Mebibytes in an amount of memory such as `512Mi` or `1Gi`, rounded down. Takes what `patterns.bytes` allows. */
export const mebibytes = defineFunction<string, number>(
  "mebibytes",
  "Mebibytes in an amount such as 512Mi, 1Gi or 900M, rounded down.",
  "integer",
  (amount) => {
    const number = atoi(regexFind("^[0-9]+", amount));
    return when(
      hasSuffix("Gi", amount),
      mul(number, 1024),
      when(
        hasSuffix("Mi", amount),
        number,
        when(
          hasSuffix("Ki", amount),
          div(number, 1024),
          when(
            hasSuffix("G", amount),
            div(mul(number, 1_000_000_000), 1_048_576),
            when(hasSuffix("M", amount), div(mul(number, 1_000_000), 1_048_576), div(mul(number, 1000), 1_048_576)),
          ),
        ),
      ),
    );
  },
);

/** Bytes in such an amount. */
export const bytes = defineFunction<string, number>("bytes", "Bytes in an amount such as 512Mi, 1Gi or 900M.", "integer", (amount) => {
  const number = atoi(regexFind("^[0-9]+", amount));
  const times = (unit: string, factor: number, otherwise: Block<unknown> | Expr<number>) =>
    when(hasSuffix(unit, amount), mul(number, factor), otherwise);
  return times(
    "Gi",
    1_073_741_824,
    times("Mi", 1_048_576, times("Ki", 1024, times("G", 1_000_000_000, times("M", 1_000_000, mul(number, 1000))))),
  );
});

/** Thousandths of a CPU in an amount such as `500m` or `2`. Takes what `patterns.cpu` allows. */
export const millicores = defineFunction<string, number>(
  "millicores",
  "Thousandths of a CPU in an amount such as 500m or 2.",
  "integer",
  (amount) => {
    const number = atoi(regexFind("^[0-9]+", amount));
    return when(hasSuffix("m", amount), number, mul(number, 1000));
  },
);
