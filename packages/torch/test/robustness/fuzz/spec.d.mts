export type Spec = null | boolean | number | string | readonly Spec[] | { [key: string]: unknown };
