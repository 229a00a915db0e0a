// Name of the experiment, without its imports.
export const name = {
  name: "flossing/condition",
  purpose: "Spectrum and condition number of a recurrent net before and after gradient flossing",
} as const;
