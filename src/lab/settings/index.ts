// The settings that ship: `oddity lab list` shows them.

import type { SettingSpec } from "../setting.js";
import { gandi } from "./gandi.js";
import { shapes } from "./shapes.js";

export const settings: readonly SettingSpec[] = [...gandi, ...shapes];
