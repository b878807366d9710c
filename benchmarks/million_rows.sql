-- The rows below the cases numbered from %(first)s to %(last)s. Named statements, in order.

-- events
INSERT INTO cases_caseevent (case_id, region_id, seq, kind, at, actor_ref, actor_name, data)
SELECT c.id, c.region_id, row_number() OVER (PARTITION BY c.id ORDER BY e.at, e.place), e.kind, e.at, e.ref, e.name, e.data
FROM cases_case c
LEFT JOIN parties_staff s ON s.id = c.handler_id
CROSS JOIN LATERAL (VALUES
    (1, 'submitted', c.submitted_at, c.created_by_ref, c.applicant_name,
        jsonb_build_object('received_at', c.received_at, 'tell_by_on', c.tell_by_on, 'channel', c.channel)),
    (2, 'claimed', CASE WHEN c.handler_id IS NOT NULL THEN c.submitted_at + interval '20 minutes' END,
        'staff:' || s.id, s.name, jsonb_build_object('staff_id', s.id)),
    (3, 'accepted', c.accepted_at, 'staff:' || s.id, s.name, jsonb_build_object(
        'start_at', to_char(c.accepted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS"+08:00"'),
        'statutory', jsonb_build_object('amount', c.statutory_amount, 'unit', c.statutory_unit),
        'committed', jsonb_build_object('amount', c.committed_amount, 'unit', c.committed_unit),
        'closing', NULL, 'calendar', %(calendar)s::text)),
    (4, 'special_started', CASE WHEN c.suspended THEN c.accepted_at + interval '1 minute' END, 'staff:' || s.id, s.name,
        jsonb_build_object('procedure', c.id, 'kind', 'expert_review', 'reason', '方案技术复杂，需要组织专家评审。',
            'from_on', (c.accepted_at AT TIME ZONE 'Asia/Shanghai')::date)),
    (5, 'step_completed', c.decided_at - interval '1 minute', 'staff:' || s.id, s.name,
        jsonb_build_object('name', '审查', 'opinion', 'agree', 'text', '材料齐全，符合条件。')),
    (6, 'decided', c.decided_at, 'staff:' || s.id, s.name, jsonb_build_object('outcome', c.outcome)),
    (7, 'closed', c.closed_at, 'staff:' || s.id, s.name, jsonb_build_object('outcome', c.outcome))
) AS e (place, kind, at, ref, name, data)
WHERE e.at IS NOT NULL AND c.id BETWEEN %(first)s AND %(last)s;

-- materials
INSERT INTO cases_casematerial (case_id, region_id, code, name, source, copies, added_at, added_by_ref)
SELECT c.id, c.region_id, m.code, m.name, 'paper', 1, c.created_at, c.created_by_ref
FROM cases_case c CROSS JOIN (VALUES ('application', '申请书'), ('identity', '申请人身份证明'), ('proof', '场所使用证明')) m (code, name)
WHERE c.id BETWEEN %(first)s AND %(last)s;

-- steps; one in thirty is reviewed by another department of the same area
INSERT INTO cases_casestep (case_id, region_id, code, name, kind, stage, role, department_id, "foreign", state, round,
                            opened_at, completed_at)
SELECT c.id, c.region_id, t.code, t.name, 'review', t.stage, t.role,
       CASE WHEN asked.yes THEN other.id ELSE c.department_id END, asked.yes,
       CASE WHEN c.decided_at IS NOT NULL THEN 'done' WHEN t.stage = 1 OR c.state = 'deciding' THEN 'open' ELSE 'pending' END,
       1, c.accepted_at, c.decided_at
FROM cases_case c
CROSS JOIN (VALUES ('review', '审查', 1, 'reviewer'), ('second', '复核', 2, 'chief')) t (code, name, stage, role)
CROSS JOIN LATERAL (SELECT t.stage = 1 AND c.id %% 30 = 0 AS yes) asked
LEFT JOIN LATERAL (SELECT id FROM parties_department d WHERE d.region_id = c.region_id AND d.id <> c.department_id
                   ORDER BY (d.id + c.id) %% 22 LIMIT 1) other ON asked.yes
WHERE c.accepted_at IS NOT NULL AND c.id BETWEEN %(first)s AND %(last)s;

-- opinions
INSERT INTO cases_opinion (case_id, region_id, step_id, round, staff_id, staff_name, opinion, text, at)
SELECT t.case_id, t.region_id, t.id, 1, s.id, s.name, 'agree', '材料齐全，符合条件。', t.completed_at
FROM cases_casestep t JOIN cases_case c ON c.id = t.case_id JOIN parties_staff s ON s.id = c.handler_id
WHERE t.completed_at IS NOT NULL AND t.case_id BETWEEN %(first)s AND %(last)s;

-- special procedures
INSERT INTO cases_specialprocedure (case_id, region_id, kind, reason, planned_days, planned_until_on, state, from_on,
                                    result, started_by_name, started_at)
SELECT c.id, c.region_id, 'expert_review', '方案技术复杂，需要组织专家评审。', 20, c.accepted_at::date + 30, 'open',
       (c.accepted_at AT TIME ZONE 'Asia/Shanghai')::date, '', s.name, c.accepted_at
FROM cases_case c JOIN parties_staff s ON s.id = c.handler_id
WHERE c.suspended AND c.id BETWEEN %(first)s AND %(last)s;

-- corrections
INSERT INTO cases_correctionnotice (case_id, region_id, items, state, given_at, given_by_ref, given_by_name, supply_by_on)
SELECT c.id, c.region_id, '[{"material": "identity", "name": "申请人身份证明", "problem": "扫描件不清晰", "remedy": "请重新扫描"}]',
       'open', c.submitted_at, 'staff:' || s.id, s.name, c.submitted_at::date + 21
FROM cases_case c JOIN parties_staff s ON s.id = c.handler_id
WHERE c.state = 'correcting' AND c.id BETWEEN %(first)s AND %(last)s;

-- decisions
INSERT INTO cases_decision (case_id, region_id, outcome, reasons, remedies, deemed, staff_id, staff_name, decided_at)
SELECT c.id, c.region_id, c.outcome, CASE WHEN c.outcome = 'refused' THEN '不符合公布的办理条件。' ELSE '' END,
       CASE WHEN c.outcome = 'refused' THEN '六十日内申请行政复议，或者六个月内提起行政诉讼。' ELSE '' END,
       false, s.id, s.name, c.decided_at
FROM cases_case c JOIN parties_staff s ON s.id = c.handler_id
WHERE c.decided_at IS NOT NULL AND c.id BETWEEN %(first)s AND %(last)s;

-- deliveries
INSERT INTO cases_delivery (case_id, region_id, method, receiver, receiver_idcard_tail, address, carrier, tracking, state,
                            sent_at, sent_by_name, delivered_at, note)
SELECT c.id, c.region_id, 'window', c.applicant_name, '', '', '', '', 'delivered', c.closed_at, s.name, c.closed_at, ''
FROM cases_case c JOIN parties_staff s ON s.id = c.handler_id
WHERE c.closed_at IS NOT NULL AND c.decided_at IS NOT NULL AND c.id BETWEEN %(first)s AND %(last)s;

-- documents: receipt, acceptance, decision
INSERT INTO documents_document (code, kind, template_id, subject, number, context, issuer_department_id, region_id,
                                recipient_person_id, issued_by, issued_at, state, sha256, size, sealed_at, revoked_reason,
                                attempts, last_error)
SELECT upper(substr(md5(c.id || d.kind), 1, 16)), d.kind, t.id, 'case:' || c.id,
       d.word || '〔' || extract(year FROM d.at) || '〕' || c.id || '号',
       jsonb_build_object('number', c.number, 'item', c.item_name, 'applicant', c.applicant_name),
       c.department_id, c.region_id, c.applicant_person_id, 'staff:' || coalesce(c.handler_id, 0), d.at, 'sealed',
       md5(c.id || d.kind || 'a') || md5(c.id || d.kind || 'b'), 48000, d.at, '', 1, ''
FROM cases_case c
CROSS JOIN LATERAL (VALUES ('receipt_of_materials', '收', c.submitted_at), ('acceptance_notice', '受', c.accepted_at),
    (CASE c.outcome WHEN 'refused' THEN 'refusal_decision' ELSE 'approval_decision' END, '决', c.decided_at)) d (kind, word, at)
JOIN documents_documenttemplate t ON t.kind = d.kind AND t.active AND t.department_id IS NULL
WHERE d.at IS NOT NULL AND c.id BETWEEN %(first)s AND %(last)s;
