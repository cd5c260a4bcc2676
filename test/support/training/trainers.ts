/**
 * Small trainers in plain Python, so that tests need no packages. Each reads its parameters as trainer/v1 defines.
 */

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
  /** Ends at once with a result; the metrics report its inputs. */
  'ok.py': `${common}
columns = json.load(open(os.path.join(base, 'input/config/columns.json')))
rows = open(os.path.join(base, 'input/data/train/train.parquet')).read()
print('training on', columns['features'], 'with', sorted(k for k in os.environ if 'SECRET' in k or 'MAINSPRING' in k))
write('model/extra/notes.txt', rows)
done(x=params['x'], cpus=int(os.environ['OMP_NUM_THREADS']), in_environment=int(sys.prefix != sys.base_prefix))
`,
  /**
   * Counts to \`steps\` with a checkpoint per step. After TERM it writes one more checkpoint and ends as
   * pre-empted.
   */
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
  /** Prints a line and a step of progress at a time. With parameter \`fail\` it then exits with code 1. */
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
  /** Its loss falls from step to step towards \`x\`. After TERM it ends as pre-empted. */
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
  /** Writes a reason and exits with its parameter \`code\`. */
  'exits.py': `${common}
code = int(params['code'])
write('output/failure', f'this will never work: {code}')
print('about to exit', code, flush=True)
sys.exit(code)
`,
  /** Reports the number of visible accelerators. */
  'gpus.py': `${common}
done(visible=len([d for d in os.environ.get('CUDA_VISIBLE_DEVICES', '').split(',') if d]))
`,
  /** Allocates memory up to 4 GiB. */
  'hungry.py': `${common}
taken = []
for _ in range(64):
    taken.append(bytearray(os.urandom(1024)) * 65536)
    progress(len(taken), 64)
done()
`,
  /**
   * Machines that train together: rank 0 sends each step to all others and waits for their ranks, with a checkpoint
   * per step. The rank \`fails\` exits with code 64 at its second step. The metrics report the number of ranks and
   * the first step.
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
  /** Its objective is NaN from the first step on, and it would go on for ten minutes. */
  'diverges.py': `${common}
for step in range(1, 6000):
    with open(os.path.join(base, 'output/progress.ndjson'), 'a') as f:
        f.write(json.dumps({'ts': time.time(), 'step': step, 'metrics': {'log_loss': float('nan')}}) + '\\n')
    time.sleep(0.1)
`,
  /** The result of parameter \`write\`: what a stranger may write in place of a result. */
  'strange.py': `${common}
what = params['write']
write('model/model.onnx', 'onnx')
if what == 'many metrics':
    write('output/result.json', json.dumps({'metrics': {f'm{i}': i for i in range(200000)}}))
elif what == 'fifo':
    os.mkfifo(os.path.join(base, 'output/result.json'))
elif what == 'link':
    os.symlink('/etc/passwd', os.path.join(base, 'model/weights.bin'))
    done()
elif what == 'loop':
    os.symlink('.', os.path.join(base, 'model/again'))
    done()
elif what == 'external data':
    entry = b'\\x0a\\x08location\\x12\\x0fmodel.onnx.data'
    tensor = b'\\x6a' + bytes([len(entry)]) + entry + b'\\x70\\x01'
    graph = b'\\x2a' + bytes([len(tensor)]) + tensor
    open(os.path.join(base, 'model/model.onnx'), 'wb').write(b'\\x3a' + bytes([len(graph)]) + graph)
    write('output/result.json', json.dumps({'metrics': {'log_loss': 0.5}}))
elif what == 'fifo for progress':
    os.mkfifo(os.path.join(base, 'output/progress.ndjson'))
    time.sleep(1)
    done()
elif what == 'bytes for progress':
    with open(os.path.join(base, 'output/progress.ndjson'), 'wb') as f:
        f.write(b'x' * 5000000 + b'\\n\\x00\\xff\\n{"step": 1e999}\\n{"ts": 1e300, "step": 7, "metrics": {"a\\\\u0000": 1, "b": 2}}\\n')
    time.sleep(1)
    done()
elif what == 'bytes for failure':
    with open(os.path.join(base, 'output/failure'), 'wb') as f:
        f.write(b'bad \\x00\\xff\\x1b[31m input ' * 100000)
    sys.exit(64)
elif what == 'no room':
    raise OSError(28, 'No space left on device')
`,
  /** Leaves processes behind in every way, and names them in its metrics. With parameter \`stay\` it goes on. */
  'leaves.py': `${common}
import subprocess
plain = subprocess.Popen(['sleep', '271828']).pid
own_session = subprocess.Popen(['sleep', '271829'], start_new_session=True).pid
without_environment = subprocess.Popen(['sleep', '271830'], start_new_session=True, env={}).pid
if os.fork() == 0:
    os.setsid()
    if os.fork() > 0:
        os._exit(0)
    os.execve('/bin/sleep', ['sleep', '271831'], {})
os.wait()
write('output/left', '')
progress(1, 2)
if params.get('stay'):
    time.sleep(600)
done()
`,
  /** Tries to read what is not its own. Each metric is 1 if that succeeded. */
  'spy.py': `${common}
def reads(path):
    try:
        return int(len(open(path, 'rb').read(100)) > 0)
    except OSError:
        return 0
def writes(path):
    try:
        open(path, 'a').close()
        return 1
    except OSError:
        return 0
seen = {'secret_file': reads(params['secret']), 'folder_of_other': int(os.path.exists(params['other']))}
seen['engine_environment'] = reads('/proc/%d/environ' % int(params['engine']))
environs = [reads('/proc/%s/environ' % p) for p in os.listdir('/proc') if p.isdigit() and int(p) != os.getpid()]
seen['environments'] = sum(environs)
text = b''
for p in os.listdir('/proc'):
    if p.isdigit():
        for name in ('environ', 'cmdline'):
            try:
                text += open('/proc/%s/%s' % (p, name), 'rb').read()
            except OSError:
                pass
seen['key_in_proc'] = int(params['key'][::-1].encode() in text)
seen['writes_input'] = writes(os.path.join(base, 'input/data/train/train.parquet'))
seen['writes_python'] = writes(os.path.join(os.environ['VIRTUAL_ENV'], 'x'))
seen['uid'] = os.getuid()
open('/tmp/mine', 'w').write('x')
open(os.path.join(os.environ['HOME'], 'x'), 'w').write('x')
open('/dev/stdout', 'w').write('printed again')
done(**seen)
`,
  /** Writes 1 MiB at a time until it is ended, where parameter \`into\` says. */
  'fills.py': `${common}
path = {'checkpoints': os.path.join(base, 'checkpoints/x'), 'tmp': '/tmp/x', 'code': 'x'}[params['into']]
with open(path, 'wb') as f:
    while True:
        f.write(os.urandom(2 ** 20)); f.flush()
        time.sleep(0.01)
`,
  'crash.py': `
raise ValueError('column x is not there')
`,
  'killed.py': `
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
`,
};
