/** Small trainers in plain Python, so that a test needs no packages. Each reads its parameters as trainer/v1 gives them. */

const common = `
import json, os, signal, sys, time
base = os.environ['TRAINER_BASE']
params = json.load(open(os.path.join(base, 'input/config/params.json')))
def write(path, text):
    path = os.path.join(base, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + '.tmp', 'w') as f:
        f.write(text)
    os.rename(path + '.tmp', path)
def progress(step, total):
    with open(os.path.join(base, 'output/progress.ndjson'), 'a') as f:
        f.write(json.dumps({'ts': time.time(), 'step': step, 'total': total, 'metrics': {'loss': 1 / (step + 1)}}) + '\\n')
def checkpoint(step):
    write(f'checkpoints/{step}/state.txt', str(step))
    write(f'checkpoints/{step}/manifest.json', json.dumps({'step': step, 'files': ['state.txt']}))
def done(**metrics):
    write('model/model.onnx', 'onnx of ' + os.environ['TRAINER_JOB_KEY'])
    write('output/result.json', json.dumps({'metrics': {'log_loss': 0.5, **metrics}}))
`;

export const trainers = {
  /** Ends at once with a result; the metrics say what it saw. */
  'ok.py': `${common}
columns = json.load(open(os.path.join(base, 'input/config/columns.json')))
rows = open(os.path.join(base, 'input/data/train/train.parquet')).read()
print('training on', columns['features'], 'with', sorted(k for k in os.environ if 'SECRET' in k or 'MAINSPRING' in k))
write('model/extra/notes.txt', rows)
done(x=params['x'], cpus=int(os.environ['OMP_NUM_THREADS']), in_environment=int(sys.prefix != sys.base_prefix))
`,
  /** Counts to \`steps\`, a checkpoint a step; on TERM writes one more and ends as pre-empted. */
  'steps.py': `${common}
start = 0
steps = int(params['steps'])
if 'TRAINER_RESUME_FROM' in os.environ:
    start = int(open(os.path.join(os.environ['TRAINER_RESUME_FROM'], 'state.txt')).read())
    steps = start + int(params['resumed_steps']) if 'resumed_steps' in params else steps
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
print('starting at', start, flush=True)
for step in range(start + 1, steps + 1):
    time.sleep(float(params.get('pause', 0.2)))
    checkpoint(step)
    progress(step, steps)
    if stopping:
        sys.exit(75)
done(started_at=start)
`,
  /** Prints a line and a step of progress at a time; parameter \`fail\`: then ends with exit code 1. */
  'prints.py': `${common}
for step in range(int(params['lines'])):
    print('line', step, flush=True)
    progress(step, int(params['lines']))
    time.sleep(float(params.get('pause', 0)))
if params.get('fail'):
    print('Traceback: the last line', file=sys.stderr, flush=True)
    sys.exit(1)
done()
`,
  /** Ignores TERM. */
  'deaf.py': `${common}
signal.signal(signal.SIGTERM, signal.SIG_IGN)
progress(1, 2)
time.sleep(600)
`,
  /** Its loss falls from step to step towards \`x\`; on TERM it ends as pre-empted. */
  'curve.py': `${common}
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
steps = int(params['steps'])
for step in range(1, steps + 1):
    time.sleep(float(params.get('pause', 0.02)))
    loss = params['x'] + 1 / step
    with open(os.path.join(base, 'output/progress.ndjson'), 'a') as f:
        f.write(json.dumps({'ts': time.time(), 'step': step, 'total': steps, 'metrics': {'log_loss': loss}}) + '\\n')
    if stopping:
        sys.exit(75)
done(log_loss=loss)
`,
  'refuses.py': `${common}
write('output/failure', 'learning_rate must be below 1, got 7')
print('Traceback: bad learning rate', flush=True)
sys.exit(64)
`,
  /** Says why, and exits with its parameter \`code\`. */
  'exits.py': `${common}
code = int(params['code'])
write('output/failure', f'this will never work: {code}')
print('about to exit', code, flush=True)
sys.exit(code)
`,
  /** Says how many accelerators it sees. */
  'gpus.py': `${common}
done(visible=len([d for d in os.environ.get('CUDA_VISIBLE_DEVICES', '').split(',') if d]))
`,
  /** Takes memory for as long as it is given some, to 4 GiB. */
  'hungry.py': `${common}
taken = []
for _ in range(64):
    taken.append(bytearray(os.urandom(1024)) * 65536)
    progress(len(taken), 64)
done()
`,
  /**
   * Machines that train together: rank 0 sends each step to all others and waits for their ranks; a checkpoint a step. The rank
   * \`fails\` exits with code 64 at its second step. The metrics say how many met, and where they began.
   */
  'gang.py': `${common}
import socket
rank, world = int(os.environ['NODE_RANK']), int(os.environ['WORLD_SIZE'])
at = (os.environ['MASTER_ADDR'], int(os.environ['MASTER_PORT']))
start = 0
if 'TRAINER_RESUME_FROM' in os.environ:
    start = int(open(os.path.join(os.environ['TRAINER_RESUME_FROM'], 'state.txt')).read())
steps = start + int(params['resumed_steps']) if start and 'resumed_steps' in params else int(params['steps'])
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
print('rank', rank, 'of', world, 'starting at', start, flush=True)
if rank == 0:
    listener = socket.create_server(at, backlog=world)
    peers = [listener.accept()[0].makefile('rw') for _ in range(world - 1)]
    met, starts = {0}, {start}
    for step in range(start + 1, steps + 1):
        time.sleep(float(params.get('pause', 0.05)))
        for peer in peers:
            peer.write(f'{step}\\n'); peer.flush()
        for peer in peers:
            other, began = map(int, peer.readline().split())
            met.add(other); starts.add(began)
        checkpoint(step)
        progress(step, steps)
        if stopping:
            sys.exit(75)
    done(world=world, met=len(met), started_at=start, starts=len(starts))
else:
    while True:
        try:
            master = socket.create_connection(at).makefile('rw')
            break
        except OSError:
            time.sleep(0.05)
    for count, line in enumerate(master):
        if count == 1 and params.get('fails') == rank:
            write('output/failure', 'this rank has had enough')
            sys.exit(64)
        master.write(f'{rank} {start}\\n'); master.flush()
`,
  'no-model.py': `${common}
write('output/result.json', json.dumps({'metrics': {'log_loss': 0.5}}))
`,
  'nan.py': `${common}
write('model/model.onnx', 'onnx')
write('output/result.json', '{"metrics": {"log_loss": NaN}}')
`,
  'crash.py': `
raise ValueError('column x is not there')
`,
  'killed.py': `
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
`,
};
