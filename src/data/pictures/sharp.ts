// libvips as the project uses it: nothing kept between calls (a file may change under its name), and one thread for each picture,
// since many are decoded at once.

import sharp from "sharp";

sharp.cache(false);
sharp.concurrency(1);

export { sharp };
