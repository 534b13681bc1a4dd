// KDD Cup 1999, the 10 percent file: network connections, four in five of them attacks.

import { defineDataset } from "./define.js";

/** The names of the features, here and in NSL-KDD. */
export const connectionColumns: readonly string[] = `
  duration protocol_type service flag src_bytes dst_bytes land wrong_fragment urgent
  hot num_failed_logins logged_in num_compromised root_shell su_attempted num_root num_file_creations num_shells
  num_access_files num_outbound_cmds is_host_login is_guest_login
  count srv_count serror_rate srv_serror_rate rerror_rate srv_rerror_rate same_srv_rate diff_srv_rate srv_diff_host_rate
  dst_host_count dst_host_srv_count dst_host_same_srv_rate dst_host_diff_srv_rate dst_host_same_src_port_rate
  dst_host_srv_diff_host_rate dst_host_serror_rate dst_host_srv_serror_rate dst_host_rerror_rate dst_host_srv_rerror_rate
`
  .trim()
  .split(/\s+/);

export const kdd99 = defineDataset({
  id: "kdd99",
  about: "Network connections of a simulated air-force LAN; anomalies are attacks, and the majority.",
  source: {
    files: [
      {
        file: "kdd99/kddcup.data_10_percent.gz",
        sha256: "8045aca0d84e70e622d1148d7df782496f6333bf6eb979a1b0837c42a9fd9561",
        url: "http://kdd.ics.uci.edu/databases/kddcup99/kddcup.data_10_percent.gz",
      },
    ],
    licence: "CC BY 4.0",
    cite: "S. Stolfo, W. Fan, W. Lee, A. Prodromidis, P. Chan (1999). KDD Cup 1999 Data. UCI Machine Learning Repository. doi:10.24432/C51C7N",
    home: "http://kdd.ics.uci.edu/databases/kddcup99/kddcup99.html",
  },
  facts: { rows: 494_021, columns: 41, anomalies: 396_743 },
  header: [...connectionColumns, "label"],
  label: { column: "label", normal: ["normal."] },
  categorical: ["protocol_type", "service", "flag", "land", "logged_in", "is_host_login", "is_guest_login"],
});
