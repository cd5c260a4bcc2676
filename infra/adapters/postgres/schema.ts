import type { ColumnType, Generated } from 'kysely';
import type { ReaperTables } from './reaper-tables.js';
import type { WorkerTables } from './worker-tables.js';

/** A jsonb column: read as a value, written as JSON text. */
type Json<T = unknown> = ColumnType<T, string, string>;
/** timestamptz: read as Date, written as Date or RFC 3339 text. */
type Time = ColumnType<Date, Date | string, Date | string>;
type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** All tables of Mainspring. The migrations in infra/migrations are their source of truth. */
export interface Database extends ReaperTables, WorkerTables {
  specs: { digest: string; model: string; packed: Json; created_at: Generated<Date> };
  charters: { model: string; spec_digest: string; charter: Json; recorded_at: Generated<Date> };
  runs: {
    model: string;
    run: string;
    spec_digest: string;
    as_of: Time;
    started_by: string;
    reason: string;
    trigger_id: string | null;
    stage: string;
    outcome: string | null;
    outcome_reason: string | null;
    started_at: Generated<Date>;
    ended_at: NullableTime;
  };
  /** One row: the id of this installation, drawn when the table was made. */
  installation: { engine_id: string };
  artifacts: { sha256: string; uri: string; bytes: number; media_type: string; created_at: Generated<Date> };
  steps: {
    key: string;
    kind: string;
    model: string;
    run: string;
    inputs: Json;
    output: Json;
    duration_ms: number;
    created_at: Generated<Date>;
  };
  step_artifacts: { step_key: string; sha256: string };
  jobs: {
    job_key: string;
    intent: string;
    attempt: number;
    model: string;
    run: string;
    spec_digest: string;
    /** Digest of the job's work. A job of the same name with another digest is never adopted. */
    job_digest: string;
    backend: string;
    state: string;
    /** Increased by every change. Every update is conditional on it. */
    version: Generated<number>;
    native_id: string | null;
    native_uid: string | null;
    class: string | null;
    exit_code: number | null;
    reason: string | null;
    log_tail: string | null;
    spend: Json | null;
    result: Json | null;
    created_at: Generated<Date>;
    submitted_at: NullableTime;
    started_at: NullableTime;
    ended_at: NullableTime;
  };
  trials: {
    model: string;
    run: string;
    trial: number;
    params: Json;
    state: string;
    value: number | null;
    metrics: Json;
    reason: string | null;
    /** Step at which the trial was stopped early; null otherwise. */
    step: number | null;
    spend: Json | null;
    created_at: Generated<Date>;
    ended_at: NullableTime;
  };
  trial_rungs: {
    model: string;
    run: string;
    rung: number;
    trial: number;
    step: number;
    value: number;
    place: number | null;
    reached: number | null;
    /** The final verdict; null until it is given. */
    stopped: boolean | null;
    at: Generated<Date>;
  };
  budget_accounts: {
    name: string;
    generation: Generated<number>;
    settled_gpu_ms: Generated<number>;
    settled_cpu_ms: Generated<number>;
    settled_money_micros: Generated<number>;
    reserved_gpu_ms: Generated<number>;
    reserved_cpu_ms: Generated<number>;
    reserved_money_micros: Generated<number>;
    created_at: Generated<Date>;
  };
  budget_limits: {
    account: string;
    generation: number;
    gpu_ms: number | null;
    cpu_ms: number | null;
    money_micros: number | null;
    set_by: string;
    reason: string;
    valid_from: Generated<Date>;
    valid_to: NullableTime;
  };
  /** Append-only: a trigger refuses every update and delete. */
  ledger: {
    id: Generated<number>;
    account: string;
    job_key: string;
    kind: 'reserve' | 'release' | 'settle' | 'correct';
    gpu_ms: number;
    cpu_ms: number;
    money_micros: number;
    estimated: boolean;
    gpus: number;
    cpus: number;
    gpu_hour_micros: number;
    cpu_hour_micros: number;
    at: Generated<Date>;
  };
  prices: {
    backend: string;
    gpu_type: string;
    gpu_hour_micros: number;
    cpu_hour_micros: number;
    set_by: string;
    valid_from: Generated<Date>;
    valid_to: NullableTime;
  };
  budget_requests: {
    account: string;
    generation: number;
    status: string;
    proposed: Json;
    /** Number of times that people were asked; a lapsed request is asked again. */
    asked: number;
    decided_by: string | null;
    opened_at: Generated<Date>;
    closed_at: NullableTime;
  };
  job_waits: {
    intent: string;
    /** Workflow id of the waiting workflow. */
    waiter: string;
    model: string;
    run: string;
    backend: string;
    why: string;
    reason: string;
    accounts: string[];
    gpu_ms: Generated<number>;
    cpu_ms: Generated<number>;
    money_micros: Generated<number>;
    pool: string | null;
    team: string;
    priority: number;
    gpus: number;
    since: Generated<Date>;
    seen_at: Generated<Date>;
  };
  pools: {
    name: string;
    backend: string;
    gpu_type: string;
    gpus: number | null;
    jobs: number | null;
    set_by: string;
    updated_at: Generated<Date>;
  };
  pool_teams: { pool: string; team: string; weight: number };
  pool_slots: {
    job_key: string;
    pool: string;
    team: string;
    gpus: number;
    devices: number[] | null;
    at: Generated<Date>;
  };
  evaluations: {
    model: string;
    run: string;
    evidence_digest: string;
    result: Json;
    created_at: Generated<Date>;
  };
  decisions: {
    model: string;
    run: string;
    gate: string;
    verdict: string;
    reason: string;
    evidence_digest: string;
    decided_at: Generated<Date>;
  };
  versions: {
    model: string;
    version: number;
    run: string;
    spec_digest: string;
    artifact: Json;
    code_digest: string;
    environment_digest: string;
    data: Json;
    trained: Json;
    evaluation: Json;
    decisions: Json;
    created_at: Generated<Date>;
  };
  aliases: {
    model: string;
    alias: string;
    version: number;
    run: string;
    reason: string;
    valid_from: Generated<Date>;
    valid_to: NullableTime;
  };
  approvals: {
    id: string;
    model: string;
    run: string;
    version: number;
    status: string;
    evidence_digest: string;
    state: Json;
    updated_at: Generated<Date>;
  };
  votes: {
    approval_id: string;
    voter: string;
    role: string;
    verdict: string;
    note: string;
    evidence_digest: string;
    at: Time;
  };
  releases: {
    id: string;
    model: string;
    version: number;
    run: string;
    outcome: string;
    reason: string;
    evidence: Json | null;
    ended_at: Generated<Date>;
  };
  routes: {
    model: string;
    generation: number;
    table: Json;
    run: string;
    reason: string;
    valid_from: Generated<Date>;
    valid_to: NullableTime;
  };
  gateway_reports: { gateway: string; model: string; report: Json; at: Time };
  labels: {
    model: string;
    inference_id: string;
    label: number;
    label_at: Time;
    received_at: Generated<Date>;
  };
  request_segments: {
    sha256: string;
    model: string;
    uri: string;
    bytes: number;
    media_type: string;
    rows: number;
    first_at: Time;
    last_at: Time;
    received_at: Generated<Date>;
  };
  windows: {
    model: string;
    window_from: Time;
    window_to: Time;
    version: number;
    result: Json;
    closed_at: Generated<Date>;
  };
  triggers: {
    model: string;
    id: string;
    kind: string;
    at: Time;
    detail: string;
    verdict: string;
    reason: string;
    run: string | null;
    recorded_at: Generated<Date>;
  };
}
