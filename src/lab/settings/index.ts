// The settings that ship: `oddity lab list` shows them.

import type { SettingSpec } from "../setting.js";
import { gandi } from "./gandi.js";

export const settings: readonly SettingSpec[] = [...gandi];
