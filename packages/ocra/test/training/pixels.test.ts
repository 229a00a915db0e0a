// What an encoder sees of pictures.
import { clevrDisplays, collateDisplays, seePixels, showPixels } from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { scoped } from "@throughline/testing/scoped";
import { Generator } from "@throughline/torch";
import { expect } from "vitest";

scoped("without scenery, ground is near 0 and objects are not, whatever the lamps", () => {
  const displays = clevrDisplays({ size: 48, count: 32 });
  const { image, owners } = collateDisplays(
    Array.from({ length: 32 }, (_, at) => displays.get(at, Generator.default())),
  );
  const seen = seePixels(image, "without-scenery").abs().amax({ dim: 1 });
  const ground = owners.eq(0); // nobody's
  const share = (where: typeof ground): number =>
    seen.gt(0.08).logicalAnd(where).sum().item() / where.sum().item();
  expect(share(ground)).toBeLessThan(0.1);
  expect(share(ground.logicalNot())).toBeGreaterThan(0.9);
  // What was taken away is the same for every picture.
  const scenery = image.sub(seePixels(image, "without-scenery"));
  expect(difference(scenery, scenery.narrow(0, 0, 1).expandAs(scenery))).toBeLessThan(1e-6);
  expect(difference(seePixels(image, "inverted"), image.rsub(1))).toBe(0);
  expect(seePixels(image, "as-they-are")).toBe(image);
  for (const view of ["as-they-are", "inverted", "without-scenery"] as const) {
    expect(difference(showPixels(seePixels(image, view), view), image)).toBeLessThan(1e-6);
  }
});
