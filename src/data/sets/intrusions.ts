// Network flows with intrusions in them: web attacks of CIC-IDS-2017, backdoors of UNSW-NB15. Both are tables inside archives.

import { defineDataset } from "./define.js";

export const webAttacks = defineDataset({
  id: "web-attacks",
  about: "Network flows of CIC-IDS-2017, Thursday morning: all web attacks, and as many others as make them 30 %.",
  source: {
    files: [
      {
        file: "ids/web_attacks_balanced.zip",
        sha256: "5304907e0c7f70dc5a9ec8221927a13212802259dcbfb9b24a11e863aeed6ef1",
        url: "https://raw.githubusercontent.com/fisher85/ml-cybersecurity/af0eb89bd5751dec68cfffbb1bfa4f406315aa79/python-web-attack-detection/datasets/web_attacks_balanced.zip",
        member: "web_attacks_balanced.csv",
      },
    ],
    licence: "for researchers, with citation",
    cite: "I. Sharafaldin, A. Habibi Lashkari, A. Ghorbani (2018). Toward Generating a New Intrusion Detection Dataset and Intrusion Traffic Characterization. ICISSP.",
    home: "https://www.unb.ca/cic/datasets/ids-2017.html",
  },
  facts: {
    ...{ rows: 7267, columns: 77, anomalies: 2180 },
    groups: { "brute force": 1507, XSS: 652, "SQL injection": 21 },
  },
  label: { column: "Label", normal: ["BENIGN"] },
  groups: {
    "brute force": ["Web Attack – Brute Force"],
    XSS: ["Web Attack – XSS"],
    "SQL injection": ["Web Attack – Sql Injection"],
  },
  categorical: ["Protocol"],
  // all attacks come from one machine, in some hours: these would be learned in place of what an attack is
  drop: ["Flow ID", "Source IP", "Source Port", "Destination IP", "Destination Port", "Timestamp"],
});

export const backdoor = defineDataset({
  id: "backdoor",
  about: "Network flows of UNSW-NB15, one-hot and scaled to [0, 1] as prepared for DevNet; anomalies are backdoors.",
  source: {
    files: [
      {
        file: "ids/UNSW_NB15_traintest_backdoor.tar.xz",
        sha256: "b3f703966c1cc952f55d73f707611be8157500f20a296a8598438a2f572bfdfe",
        url: "https://raw.githubusercontent.com/GuansongPang/deviation-network/179a74a1c03d8c03b577fc7e28672dbff3779582/dataset/UNSW_NB15_traintest_backdoor.tar.xz",
        member: "UNSW_NB15_traintest_backdoor.csv",
      },
    ],
    licence: "academic research",
    cite: "N. Moustafa, J. Slay (2015). UNSW-NB15: a comprehensive data set for network intrusion detection systems. MilCIS. Prepared by G. Pang, C. Shen, A. van den Hengel (2019), Deep Anomaly Detection with Deviation Networks, KDD.",
    home: "https://research.unsw.edu.au/projects/unsw-nb15-dataset",
  },
  facts: { rows: 95_329, columns: 196, anomalies: 2329 },
  label: { column: "class" },
});
