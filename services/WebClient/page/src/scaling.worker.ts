/** Scales pictures down, beside the page: a picture of 50 megapixels would freeze it for seconds. */

/** Longest side in pixels: enough to read a printed page, and less than a megabyte. */
const LONGEST = 2000;
const QUALITY = 0.85;

addEventListener('message', (event: MessageEvent<Blob>) => {
  void scale(event.data).then(photo => postMessage(photo), (error: unknown) => postMessage(String(error)));
});

/** The picture as a JPEG, upright. Other data of the file, such as the place where it was taken, is left out. */
async function scale(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  try {
    const factor = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const [width, height] = [picture.width, picture.height].map(side => Math.max(1, Math.round(side * factor))) as [number, number];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d')!;
    // A JPEG has no transparency: without this, it would be black.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, width, height);
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  } finally {
    picture.close();
  }
}
