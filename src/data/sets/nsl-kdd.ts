// NSL-KDD: KDD Cup 1999 without its duplicates, and with attacks in the test part that the training part does not have.

import { defineDataset, type TableSet } from "./define.js";
import { connectionColumns } from "./kdd99.js";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** As in A3 (Sperl, Schulze, Böttinger 2020). Other works count httptunnel, ps and some others elsewhere. */
const groups = {
  DoS: words("back land neptune pod smurf teardrop mailbomb apache2 processtable udpstorm"),
  Probe: words("ipsweep nmap portsweep satan mscan saint"),
  R2L: words(`
    ftp_write guess_passwd imap multihop phf spy warezclient warezmaster
    sendmail named snmpgetattack snmpguess xlock xsnoop worm`),
  U2R: words("buffer_overflow loadmodule perl rootkit httptunnel ps sqlattack xterm"),
};

/** A file that is published without gzip. */
const published = (name: string, gzipped: string, sha256: string) => ({
  file: `nsl-kdd/${name}.gz`,
  sha256: gzipped,
  unpacked: { file: `nsl-kdd/${name}`, sha256 },
});

const train = {
  ...published(
    "KDDTrain+.txt",
    "39e78eaceffb1a183af002b4994b100b69795895bfbf67cfc62dabd4c9b76d4e",
    "1b86d2f957b33082081bba410fe129b475efebcc13c9014c3f447c8271aadf95",
  ),
  part: "train",
} as const;

const trainCounts = { rows: 125_973, anomalies: 58_630, groups: { DoS: 45_927, Probe: 11_656, R2L: 995, U2R: 52 } };

const common = {
  licence: "may be redistributed with citation",
  cite: "M. Tavallaee, E. Bagheri, W. Lu, A. Ghorbani (2009). A Detailed Analysis of the KDD CUP 99 Data Set. IEEE CISDA.",
  home: "https://www.unb.ca/cic/datasets/nsl.html",
};

const known = {
  header: [...connectionColumns, "label", "difficulty"],
  label: { column: "label", normal: ["normal"] },
  groups,
  // Columns of 0 and 1 stay numbers: with these three one-hot, over the values of both files, there are the 122 columns of the published encodings.
  categorical: ["protocol_type", "service", "flag"],
  drop: ["difficulty"], // how many of 21 classifiers knew the row's label
} as const;

export const nslKdd: readonly TableSet[] = [
  defineDataset({
    id: "nsl-kdd",
    about: "Network connections, KDD Cup 99 without duplicates; four groups of attacks, and others in the test part.",
    source: {
      files: [
        train,
        {
          ...published(
            "KDDTest+.txt",
            "1ebe1079af669e3c35ef7be25b5bafde1e47951244d1b4834682b14a22238da1",
            "fa46b0935342616aa83b7c2578db355b6a7aaabbc492248172c7a1e8b7ab8f84",
          ),
          part: "test",
        },
      ],
      ...common,
    },
    facts: {
      ...{ rows: 148_517, columns: 41, anomalies: 71_463 },
      groups: { DoS: 53_385, Probe: 14_077, R2L: 3749, U2R: 252 },
      parts: {
        train: trainCounts,
        test: { rows: 22_544, anomalies: 12_833, groups: { DoS: 7458, Probe: 2421, R2L: 2754, U2R: 200 } },
      },
    },
    ...known,
  }),
  defineDataset({
    id: "nsl-kdd-21",
    about: "NSL-KDD with its harder test: the rows of the other that 21 classifiers did not all label rightly.",
    source: {
      files: [
        train,
        {
          ...published(
            "KDDTest-21.txt",
            "cf79d2eab7d8cc749e7c088260c0297cbb26d95062d27d1f8c761f4eeac3327a",
            "746993ac9e25868827cacf09eab450050a2a1056e1ce48a1ad39f5dc801d531d",
          ),
          part: "test",
        },
      ],
      ...common,
    },
    facts: {
      ...{ rows: 137_823, columns: 41, anomalies: 68_328 },
      groups: { DoS: 50_269, Probe: 14_058, R2L: 3749, U2R: 252 },
      parts: {
        train: trainCounts,
        test: { rows: 11_850, anomalies: 9698, groups: { DoS: 4342, Probe: 2402, R2L: 2754, U2R: 200 } },
      },
    },
    ...known,
  }),
];
