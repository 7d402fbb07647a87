-- No register of divisions is bundled yet: the table keeps its place in the contract, without rows.
select
    cast(null as varchar) as division_code,
    cast(null as varchar) as division_name,
    cast(null as varchar) as tier,
    cast(null as varchar) as parent,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to
where false
