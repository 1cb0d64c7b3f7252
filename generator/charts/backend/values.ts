import { backend } from "../../../schemas/backend.ts";
import { refs } from "../../dsl/index.ts";

/** The backend's values, as its templates see them. */
export const values = refs(backend);
