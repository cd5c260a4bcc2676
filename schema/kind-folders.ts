/** One folder of kinds: which modules count, and how its generated parts are called. */
export interface KindFolder {
  /** Folder of the modules, from the root of the repository. */
  folder: string;
  /** Function that makes the exported const of a module; a file without such a const is a helper and is not listed. */
  define: string;
  /** Const of the generated record: name of the kind → module. */
  record: string;
  /** Generated type: the union of all names. */
  type: string;
  /** Const of the generated tuple of names, for a zod enum. */
  names: string;
  /** Generated tuple of one property of every module, for a zod union; left out: the modules have no such property. */
  forms?: { record: string; property: string };
  /** Page that holds the generated list after its marker, and the title of a page that has to be begun. */
  page: string;
  title: string;
}

export const KIND_FOLDERS: readonly KindFolder[] = [
  {
    folder: 'contracts/checks',
    define: 'defineCheck',
    record: 'CHECKS',
    type: 'CheckKind',
    names: 'CHECK_KINDS',
    forms: { record: 'CHECK_FORMS', property: 'form' },
    page: 'docs/checks.md',
    title: 'Data checks',
  },
  {
    folder: 'contracts/metrics',
    define: 'defineMetric',
    record: 'METRICS',
    type: 'MetricName',
    names: 'METRIC_NAMES',
    page: 'docs/metrics.md',
    title: 'Metrics',
  },
  {
    folder: 'contracts/gates',
    define: 'defineGate',
    record: 'GATES',
    type: 'GateKind',
    names: 'GATE_KINDS',
    forms: { record: 'GATE_FORMS', property: 'form' },
    page: 'docs/gates.md',
    title: 'Gates',
  },
  {
    folder: 'contracts/backends',
    define: 'defineBackend',
    record: 'BACKENDS',
    type: 'BackendName',
    names: 'BACKEND_NAMES',
    page: 'docs/backends.md',
    title: 'Job backends',
  },
  {
    folder: 'contracts/approval-subjects',
    define: 'defineApprovalSubject',
    record: 'APPROVAL_SUBJECTS',
    type: 'ApprovalSubjectName',
    names: 'APPROVAL_SUBJECT_NAMES',
    page: 'docs/approvals.md',
    title: 'Approvals',
  },
];
