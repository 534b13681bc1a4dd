// Tables of ADGym (Jiang et al. 2023, result/AUCROC-SOTA-semi-supervise.csv and AUCPR-… of Minqi824/ADGym, 2023-08-23): AUROC and
// average precision of semi-supervised detectors that were told 10 anomalies, mean of 3 seeds, on those of its 31 sets that are
// at hand. In thousandths.

import type { PublishedRow } from "./define.js";

const methods = ["GANomaly", "DevNet", "DeepSAD", "PReNet", "REPEN", "XGBOD"] as const;

// biome-ignore format: a table is read by its columns
const printed: Readonly<Record<string, readonly (readonly [auroc: number, ap: number])[]>> = {
  "aloi": [[464, 42], [498, 42], [552, 51], [487, 42], [472, 36], [614, 64]],
  "annthyroid": [[622, 201], [765, 397], [738, 357], [788, 424], [659, 213], [946, 733]],
  "backdoor": [[911, 500], [974, 900], [967, 638], [949, 893], [953, 795], [960, 516]],
  "cardio": [[900, 574], [918, 793], [877, 565], [910, 781], [976, 858], [971, 823]],
  "cardiotocography": [[510, 236], [758, 559], [417, 217], [803, 632], [814, 497], [843, 629]],
  "donors": [[724, 254], [1000, 1000], [987, 735], [998, 973], [953, 628], [953, 642]],
  "fault": [[488, 357], [596, 485], [660, 475], [576, 479], [662, 493], [627, 482]],
  "internetads": [[679, 462], [614, 450], [723, 448], [603, 426], [892, 787], [748, 511]],
  "letter": [[453, 82], [711, 205], [755, 245], [783, 258], [674, 109], [881, 361]],
  "mammography": [[857, 297], [913, 577], [879, 425], [908, 586], [911, 503], [916, 389]],
  "musk": [[963, 904], [612, 194], [994, 862], [829, 677], [982, 715], [1000, 1000]],
  "pageblocks": [[594, 201], [852, 573], [551, 119], [838, 572], [563, 168], [943, 616]],
  "pendigits": [[678, 106], [995, 915], [990, 887], [995, 928], [988, 859], [978, 764]],
  "satellite": [[507, 333], [569, 431], [627, 436], [663, 588], [652, 539], [736, 605]],
  "satimage-2": [[552, 84], [944, 814], [983, 937], [996, 943], [998, 888], [999, 952]],
  "shuttle": [[535, 172], [973, 914], [725, 500], [980, 977], [997, 914], [994, 930]],
  "skin": [[489, 207], [956, 698], [945, 686], [969, 776], [871, 452], [904, 740]],
  "spambase": [[431, 408], [732, 693], [393, 355], [788, 752], [701, 609], [768, 682]],
  "thyroid": [[870, 416], [996, 915], [980, 615], [996, 908], [986, 647], [993, 861]],
  "vowels": [[556, 94], [996, 930], [903, 482], [993, 902], [944, 643], [966, 733]],
  "wilt": [[500, 54], [829, 228], [565, 122], [921, 354], [441, 45], [890, 500]],
  "yeast": [[443, 318], [627, 442], [542, 360], [607, 429], [383, 291], [564, 398]],
};

/** The sets of the table, by our ids. */
export const fewLabelSets: readonly string[] = Object.keys(printed);

/** A row for each method, over all these sets. */
export const publishedFewLabels: readonly PublishedRow[] = methods.map((name, j) => {
  const tasks = Object.fromEntries(
    Object.entries(printed).map(([set, row]) => [set, { auroc: row[j]![0] / 1000, ap: row[j]![1] / 1000 }]),
  );
  const mean = (measure: "auroc" | "ap"): number =>
    fewLabelSets.reduce((sum, set) => sum + tasks[set]![measure] / fewLabelSets.length, 0);
  return { name: `${name}, 10 known (in ADGym)`, values: { auroc: mean("auroc"), ap: mean("ap") }, tasks };
});
