// Pictures in files: bytes by hand, in the order of figures.
import { pictureSchema, showPicture, showThrough, storePicture } from "@throughline/lab";
import { liveTensors, scope, tensor, zeros } from "@throughline/torch";
import { afterEach, beforeEach, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

test("a tensor becomes bytes by rows, channels last, clipped to 0 … 255", () => {
  const stored = scope(() =>
    // Red, green and blue of a picture of 1 × 2.
    storePicture(tensor([[[0, 1]], [[0.2, 2]], [[-1, 0.5]]])),
  );
  expect(stored).toEqual({
    width: 2,
    height: 1,
    channels: 3,
    pixels: Buffer.from([0, 51, 0, 255, 255, 128]).toString("base64"),
  });
  expect(pictureSchema.parse(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
  expect(showPicture(stored, "caption")).toEqual({
    ...{ width: 2, height: 1, channels: 3, caption: "caption" },
    pixels: Uint8Array.from([0, 51, 0, 255, 255, 128]),
  });
  const grey = scope(() => storePicture(tensor([[0.4], [1]])));
  expect([grey.width, grey.height, grey.channels]).toEqual([1, 2, 1]);
});

test("through a map a picture fades to grey, to a fifth of its contrast", () => {
  const [picture, map] = scope(() => [storePicture(tensor([[0, 0, 1]])), storePicture(tensor([[1, 0, 0]]))]);
  // 128 + (0 − 128) · 0.2 = 102.4; 128 + (255 − 128) · 0.2 = 153.4
  expect(showThrough(picture!, map!, "").pixels).toEqual(Uint8Array.from([0, 102, 153]));
});

test("what is no picture is refused", () => {
  for (const shape of [[2, 4, 4], [4], [1, 1, 4, 4]]) {
    expect(() => scope(() => storePicture(zeros(shape)))).toThrow(
      `a picture has the shape [${shape.join(", ")}], accepted: [H, W] or [C, H, W] with 1 or 3 channels`,
    );
  }
});
