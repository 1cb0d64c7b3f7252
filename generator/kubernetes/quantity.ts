import { atoi, defineFunction, div, hasSuffix, mul, regexFind, when } from "../dsl/index.ts";

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
