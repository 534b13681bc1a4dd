// What a folder of pictures means: classes, train and test parts, masks. Decided by names alone.

import { extname, join } from "node:path";

export interface PictureFile {
  readonly path: string;
  readonly class?: string;
  readonly split?: string;
  /** The picture that marks its anomalous pixels. */
  readonly mask?: string;
}

export interface Layout {
  /** In words. */
  readonly about: string;
  readonly files: readonly PictureFile[];
  /** Classes that are normal by their names. */
  readonly normal: readonly string[];
  /** Whether classes follow from the masks: "defect" where one has a marked pixel, else "good". */
  readonly classByMask: boolean;
}

const PICTURE = /\.(png|jpe?g|jpe|jfif|webp|gif|tiff?|bmp|avif)(\.gz)?$/i;
const SPLIT = /^(train|test|val|valid|validation)$/i;
const NORMAL = /^(good|normals?|ok|okay|healthy|clean|defect[-_ ]?free|non[-_ ]?defective|no[-_ ]?defects?|negative)$/i;

/**
 * Recognised are: pictures in no folder; folders of classes; train and test folders, with classes below them or not; either with masks, in
 * ground_truth/CLASS/NAME_mask.png (MVTec AD) or beside each picture as NAME_mask or NAME_label (KolektorSDD).
 * @param names paths below `root`, parts divided by "/"
 */
export function layoutOf(root: string, names: readonly string[]): Layout {
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  const stems = new Map(sorted.map((name) => [stemOf(name), name]));
  const isBeside = (name: string) => {
    const [, picture] = /^(.*)_(?:mask|label)$/i.exec(stemOf(name)) ?? [];
    return picture !== undefined && stems.has(picture);
  };
  const isTruth = (name: string) => /^(ground_truth|masks?)\//i.test(name);
  const masks = new Set(sorted.filter((name) => isTruth(name) || isBeside(name)));
  const pictures = sorted.filter((name) => !masks.has(name));
  const seen = pictures.filter((name) => PICTURE.test(name));
  const judged = (seen.length > 0 ? seen : pictures).map((name) => name.split("/"));

  const isSplit = judged.length > 0 && judged.every((parts) => parts.length > 1 && SPLIT.test(parts[0]!));
  const depth = isSplit ? 1 : 0;
  const besideAll = masks.size > 0 && judged.every((parts) => maskBeside(stems, parts.join("/")) !== undefined);
  const hasClasses = !besideAll && judged.some((parts) => parts.length > depth + 1);
  const files = pictures.map((name): PictureFile => {
    const parts = name.split("/");
    const label = hasClasses && parts.length > depth + 1 ? parts[depth]! : undefined;
    const split = isSplit && SPLIT.test(parts[0]!) ? parts[0]!.toLowerCase() : undefined;
    const inTruth = [`${parts.slice(depth).join("/")}`].flatMap((rest) =>
      ["ground_truth", "masks", "mask"].flatMap((folder) =>
        ["_mask", ""].map((ending) => stems.get(`${folder}/${stemOf(rest)}${ending}`)),
      ),
    );
    const mask = maskBeside(stems, name) ?? inTruth.find((found) => found !== undefined);
    return {
      path: join(root, name),
      ...(label === undefined ? {} : { class: label }),
      ...(split === undefined ? {} : { split }),
      ...(mask === undefined ? {} : { mask: join(root, mask) }),
    };
  });
  const classes = [...new Set(files.flatMap((file) => file.class ?? []))];
  const about = [
    besideAll ? "pictures with their masks beside them" : "",
    !besideAll && isSplit ? `train and test folders${hasClasses ? " of classes" : ""}` : "",
    !besideAll && !isSplit ? (hasClasses ? "folders of classes" : "pictures in one folder") : "",
    masks.size > 0 && !besideAll ? ", with masks" : "",
    masks.size > 0 && isSplit && hasClasses && masks.values().next().value?.startsWith("ground_truth")
      ? " (the layout of MVTec AD)"
      : "",
  ].join("");
  return {
    about,
    files,
    normal: besideAll ? ["good"] : classes.filter((name) => NORMAL.test(name)),
    classByMask: besideAll,
  };
}

const maskBeside = (stems: ReadonlyMap<string, string>, name: string): string | undefined =>
  ["_mask", "_label"].map((ending) => stems.get(`${stemOf(name)}${ending}`)).find((found) => found !== undefined);

/** Without the ending, .gz included. */
function stemOf(name: string): string {
  const plain = name.replace(/\.gz$/i, "");
  return plain.slice(0, plain.length - extname(plain).length);
}
