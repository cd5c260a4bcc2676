// The gateway with a good model beside one that hangs, one that is slow and one that crashes.
import { fileURLToPath } from 'node:url';
import { serve } from './serve.js';
import { MODEL, modelPath, report } from './served.js';

// Its first feature decides how long a run takes (test/support/models/make.py).
const loop = fileURLToPath(new URL('../../test/serving/fixtures/loop.onnx', import.meta.url));
report(await serve({ [MODEL]: modelPath, hanging: loop, slow: loop, crashing: loop }));
