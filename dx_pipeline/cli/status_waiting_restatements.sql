-- Restatements whose figure nobody has sent: right where the figure is still to come, a slip in a key otherwise.
SELECT
    'waiting',
    concat(file_name, ', ', locator),
    concat_ws(' ', indicator_code, area_code, strftime(period_start, '%Y-%m')),
    concat(
        'Chưa có số liệu này từ nguồn ', source_code, ', phạm vi ', scope, coalesce(', lũy kế từ ' || accumulates_from, ''),
        ' nên mục này chưa có hiệu lực. Nếu số liệu đã được gửi, kiểm tra source, scope, period_basis, accumulates_from.'
    )
FROM core.restatement
WHERE status = 'waiting' AND ($month IS NULL OR period_start = $month)
ORDER BY file_name, locator
