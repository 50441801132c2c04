import { describe, expect, it } from "vitest";
import * as x509 from "../../../components/kit/x509";
import { manifestOf, redactedManifestOf } from "../../../src/cli/render/manifest";
import { placeholderRequest } from "../../../src/cli/render/placeholders";
import { record, type Recording } from "../../../src/cli/render/recorder";
import { failsInApply, shop } from "./fixture";
