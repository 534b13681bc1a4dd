// The "Classical" sets of ADBench (Han, Hu, Huang, Jiang, Zhao 2022): small and large tables gathered from UCI and elsewhere, numbers only,
// each an .npz with X and y (1 = anomaly). Relatives, whose results are not independent: cardio and cardiotocography;
// annthyroid and thyroid; satellite and satimage-2; http, smtp and kdd99.

import { defineDataset, type TableSet } from "./define.js";

// The collection is BSD 2-Clause; under it each set keeps the terms of its origin.
const UCI = "UCI: CC BY 4.0; collection: BSD 2-Clause";
const STATED_NOWHERE = "origin: terms not stated; collection: BSD 2-Clause";
const RESEARCH = "origin: research use; collection: BSD 2-Clause";

const address =
  "https://raw.githubusercontent.com/Minqi824/ADBench/3dac8221081e190f157d78e93bfa8867f90d0965/adbench/datasets/Classical";

type Row = readonly [
  file: string,
  rows: number,
  columns: number,
  anomalies: number,
  origin: string,
  licence: string,
  sha256: string,
];

// biome-ignore format: a table is read by its columns
const rows: readonly Row[] = [
  ["1_ALOI", 49534, 27, 1508, "ALOI object images (Univ. of Amsterdam), feature set via LMU DAMI", RESEARCH,
    "792d0b5bd1147bfc9574a1974f157b39fbd4cbed8ecd04cf983fd554498ed477"],
  ["2_annthyroid", 7200, 6, 534, "UCI Thyroid Disease", UCI,
    "e738f7c58a8740d2c4aac4c71ff49ce5e1d1aa16f44178135fc9c09df05fad1b"],
  ["4_breastw", 683, 9, 239, "UCI Breast Cancer Wisconsin (Original)", UCI,
    "4f37ce07dbc25ddad8178fdc6d664ab46d2d0000ee28c2787c3c7ff3c03ef9f6"],
  ["6_cardio", 1831, 21, 176, "UCI Cardiotocography", UCI,
    "bc5009bde6930b4d298b594f31b34485a9a17210cff0e8fb00a8c3068b885a2d"],
  ["7_Cardiotocography", 2114, 21, 466, "UCI Cardiotocography", UCI,
    "5ae84910430f05923e11b6f537243263977c9136949dabd891e3570aeec51e29"],
  ["11_donors", 619326, 10, 36710, "KDD Cup 2014 (DonorsChoose), normalised, 10 features", STATED_NOWHERE,
    "5824ec854465f2763b4bfe3da1ae9f25ed5433b5c6e265d42e37da4f82a58679"],
  ["12_fault", 1941, 27, 673, "UCI Steel Plates Faults", UCI,
    "ec27301f9a4cf7c5d8b22c360cf37ddb043b7fb062465723dfd8b34e2771e5dd"],
  ["14_glass", 214, 7, 9, "UCI Glass Identification", UCI,
    "aa7a8db1d475ba01a10488af454bc15220a3d5951b010b03b7020567d8152cdc"],
  ["15_Hepatitis", 80, 19, 13, "UCI Hepatitis", UCI,
    "4a87a2f7d8013e5bfde63294fae61ec7a612322de72f338a7f9491749025ad98"],
  ["16_http", 567498, 3, 2211, "KDD Cup 99 (http subset)", UCI,
    "9d98710091551587f4740cfc851a6b064fff6319a337c2dc77ee6da4bcc2e02c"],
  ["17_InternetAds", 1966, 1555, 368, "UCI Internet Advertisements", UCI,
    "bdd8ad5cf5bf2cb96cba53dde30d522d0f6a279083a8e2bc7efbac5981b04385"],
  ["18_Ionosphere", 351, 32, 126, "UCI Ionosphere", UCI,
    "bca46cb0cfd1bf9ddef6cde5ad2215d54fb0189508d0d4c4eb98e788cad69001"],
  ["20_letter", 1600, 32, 100, "UCI Letter Recognition", UCI,
    "f986d3da80cf1fa2aea83a5ebe73b7d4800e0d4c01fdd1ae074b58d20f10d039"],
  ["21_Lymphography", 148, 18, 6, "UCI Lymphography", UCI,
    "dad977b04f4ea65b78ccd0e9f76b45175bad605165b37e63f3cc177845e67037"],
  ["23_mammography", 11183, 6, 260, "Mammography (Woods et al.), via ODDS", STATED_NOWHERE,
    "a0308ac9712d78321073b1c2dc98dc37665c0f35c1cc33019416fe8f8d7de7ea"],
  ["25_musk", 3062, 166, 97, "UCI Musk v2", UCI,
    "2ed3f4392197b76a1e59116ff880c7720a4b026cf4842073a53b56fdea265017"],
  ["27_PageBlocks", 5393, 10, 510, "UCI Page Blocks", UCI,
    "10a9b4d5bb5d3b9083caab4c4062f665610eada703c3d927bf7c34b1f2d0d223"],
  ["28_pendigits", 6870, 16, 156, "UCI Pen-Based Digits", UCI,
    "c4936b89dcdad59d303020e492f763a0f54170080d787c77497609acbb9c2d79"],
  ["29_Pima", 768, 8, 268, "Pima Indians Diabetes", STATED_NOWHERE,
    "215454bb263a2f040945c9ea7bd7f06f1e89a61a3143bdb6f196e3887e801a7d"],
  ["30_satellite", 6435, 36, 2036, "UCI Statlog Landsat", UCI,
    "1f048f5686f1b8c16a227fdfa3c81a62cd9a92715714a6b24c69b1c5ad96b46e"],
  ["31_satimage-2", 5803, 36, 71, "UCI Statlog Landsat", UCI,
    "1b056e357f801b8b20c3f380a30224a3c4088d7ed764ec5a24828dc9b1918d6f"],
  ["32_shuttle", 49097, 9, 3511, "UCI Statlog Shuttle", UCI,
    "26900b0f6be45d9ddb7a402c9b2f956ceda42d23a8ca4cf4406b8bc1352823d1"],
  ["33_skin", 245057, 3, 50859, "UCI Skin Segmentation", UCI,
    "d02aa01ffc1b6bf2b8b1ac250c90e8a8eacd0cefc962940ed5cc4bf5deac9c95"],
  ["34_smtp", 95156, 3, 30, "KDD Cup 99 (smtp subset)", UCI,
    "d2569fc9bc12115419e3f5b37d19921e10e6c26e5ad1e61064cfb0fbc402dfdd"],
  ["35_SpamBase", 4207, 57, 1679, "UCI Spambase", UCI,
    "d0c46c7928e43f6496bcd06e09de0b70f6bc8143792dfa0a43f450263d254e9b"],
  ["37_Stamps", 340, 9, 31, "Stamps (Micenkova et al.), via LMU DAMI", STATED_NOWHERE,
    "99fe739447284f613fa54bf2dccdb51c5120175ce6260adec6dad77576c42509"],
  ["38_thyroid", 3772, 6, 93, "UCI Thyroid Disease (ann)", UCI,
    "8de161b3f235b7647bb0b39a836d983ff61d67bf234edac461da2d71e889cb87"],
  ["39_vertebral", 240, 6, 30, "UCI Vertebral Column", UCI,
    "0816286f92b96fe6867664a41a031ac7228dcfbf1a5feefe50ca3883b2e9073d"],
  ["40_vowels", 1456, 12, 50, "UCI Japanese Vowels", UCI,
    "4bfc4244d1c882773bbbc50d4a5db5e52276e53506e46b2d45e02d074cfcb1b6"],
  ["43_WDBC", 367, 30, 10, "UCI Breast Cancer Wisconsin (Diagnostic)", UCI,
    "78d4606a1ab516f5b60b00c196497f3bbd6bd5e4548fd04cf5f2475209b34b85"],
  ["44_Wilt", 4819, 5, 257, "UCI Wilt", UCI,
    "c70b72aa611ec87b20efb400943ef3ce4f8bf7aa58fcef825fbd28cc5cee3cc9"],
  ["46_WPBC", 198, 33, 47, "UCI Breast Cancer Wisconsin (Prognostic)", UCI,
    "68a6d67242643855713bcdad07d89ecc472bd00000dccc17ba87916eb2693d19"],
  ["47_yeast", 1484, 8, 507, "UCI Yeast", UCI,
    "bbb15c873d78a4f6a589f46d0f75814595e2282d2ae7ce7779c750f276c3770d"],
];

export const adbench: readonly TableSet[] = rows.map(([name, count, columns, anomalies, origin, licence, sha256]) =>
  defineDataset({
    id: name.replace(/^\d+_/, "").toLowerCase(),
    about: `${origin}, as prepared by ADBench.`,
    source: {
      files: [{ file: `adbench/${name}.npz`, sha256, url: `${address}/${name}.npz` }],
      licence,
      cite: "S. Han, X. Hu, H. Huang, M. Jiang, Y. Zhao (2022). ADBench: Anomaly Detection Benchmark. NeurIPS 35.",
      home: "https://github.com/Minqi824/ADBench",
    },
    facts: { rows: count, columns, anomalies },
    label: { column: "y" },
  }),
);
